package kernel

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"
)

// maxOrigins is how many cells back output still finds its own cell.
const maxOrigins = 10_000

// An origin is a cell as seen by what it writes: the parent header of its output,
// also after the cell has ended, and whom to ask for input.
type origin struct {
	id         string
	parent     Header
	peer       string // who sent the request
	allowStdin bool

	// The rest is guarded by the publisher's mu.

	limit    int // of bytes written
	written  int
	overflow bool                // the limit was reached and that was said
	partial  map[string][]byte   // by stream, the begin of a character
	open     map[string]*pubItem // by stream, the message in the queue that more may join
	last     *pubItem            // of open, what was queued last
	lastSent time.Time           // when a stream message was sent
	copy     io.Writer           // gets what the cell writes and shows, too; nil: nobody
}

// setOpen makes it the message that its stream joins.
func (o *origin) setOpen(it *pubItem) {
	if o.open == nil {
		o.open = map[string]*pubItem{}
	}
	o.open[it.name], o.last = it, it
}

// dropOpen is the end of joining it.
func (o *origin) dropOpen(it *pubItem) {
	it.open = false
	delete(o.open, it.name)
	if o.last == it {
		o.last = nil
	}
}

// accept returns what is to be shown of a chunk: whole characters, within the
// cell's limit. The notice, once, says that the limit was reached.
func (o *origin) accept(name string, chunk []byte) (text []byte, notice string) {
	if o.overflow {
		return nil, ""
	}
	if rest := o.limit - o.written; len(chunk) > rest {
		chunk, notice = chunk[:rest], o.exceed()
	}
	o.written += len(chunk)
	text = append(o.partial[name], chunk...)
	cut := len(text) - partialSuffix(text)
	o.keep(name, text[cut:])
	return bytes.ToValidUTF8(text[:cut], []byte("\uFFFD")), notice
}

// fits counts n bytes of rich output against the limit.
func (o *origin) fits(n int) (ok bool, notice string) {
	switch {
	case o.overflow:
		return false, ""
	case o.written+n > o.limit:
		return false, o.exceed()
	}
	o.written += n
	return true, ""
}

// exceed ends the cell's output, with the words that say so.
func (o *origin) exceed() (notice string) {
	o.overflow = true
	return fmt.Sprintf("\n[output limit reached: what this cell writes beyond %s is not shown]\n", byteSize(o.limit))
}

// cleared forgets what was written: it is no longer shown.
func (o *origin) cleared() { o.written, o.overflow = 0, false }

// leftover returns the begin of a character that will not be completed.
func (o *origin) leftover(name string) []byte {
	text := bytes.ToValidUTF8(o.partial[name], []byte("\uFFFD"))
	delete(o.partial, name)
	return text
}

func (o *origin) keep(name string, tail []byte) {
	if len(tail) == 0 || o.overflow {
		delete(o.partial, name)
		return
	}
	if o.partial == nil {
		o.partial = map[string][]byte{}
	}
	o.partial[name] = bytes.Clone(tail)
}

// partialSuffix returns the length of the begin of a character at the end of text.
func partialSuffix(text []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if b := text[len(text)-n]; utf8.RuneStart(b) {
			if utf8.FullRune(text[len(text)-n:]) {
				return 0
			}
			return n
		}
	}
	return 0
}

func byteSize(n int) string {
	if n >= 1<<20 {
		return strconv.Itoa(n>>20) + " MiB"
	}
	return strconv.Itoa(n) + " bytes"
}

// origins finds cells by the names under which their output comes.
type origins struct {
	limit int // of bytes written by a cell

	mu     sync.Mutex
	byID   map[string]*origin
	oldest []string // ids in order of age
	latest *origin
	next   int
}

// add makes an origin for the cell that r runs. The oldest one makes room for it.
func (t *origins) add(r *request, allowStdin bool) *origin {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.next++
	o := &origin{
		id: strconv.Itoa(t.next), parent: r.msg.Header, peer: r.peer,
		allowStdin: allowStdin, limit: t.limit,
	}
	if t.byID == nil {
		t.byID = map[string]*origin{}
	}
	t.byID[o.id], t.latest = o, o
	t.oldest = append(t.oldest, o.id)
	if len(t.oldest) > maxOrigins {
		delete(t.byID, t.oldest[0])
		t.oldest = t.oldest[1:]
	}
	return o
}

// find returns the origin called id. What comes from nowhere known (no cell, or one
// that was forgotten) is shown under the latest cell rather than lost; before the
// first cell there is none, and find returns nil.
func (t *origins) find(id string) *origin {
	t.mu.Lock()
	defer t.mu.Unlock()
	if o := t.byID[id]; o != nil {
		return o
	}
	return t.latest
}
