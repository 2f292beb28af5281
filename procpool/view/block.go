package view

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// A Block is what one process has written, in its order.
type Block struct {
	Name    string
	Parts   []Part
	Dropped int // lines at the begin that are left out
	size    int
}

// A Part is what was written to one stream at a stretch.
type Part struct {
	Stderr bool
	Text   string
}

// Add adds what was written.
func (b *Block) Add(stderr bool, text string) {
	b.size += len(text)
	if n := len(b.Parts); n > 0 && b.Parts[n-1].Stderr == stderr {
		b.Parts[n-1].Text += text
		return
	}
	b.Parts = append(b.Parts, Part{stderr, text})
}

// Limit drops whole lines at the begin once there are more than n bytes, or the begin of
// a line that is longer. It drops more than it has to, so that it need not each time.
func (b *Block) Limit(n int) {
	if b.size <= n {
		return
	}
	for drop := b.size - n*3/4; drop > 0 && len(b.Parts) > 0; {
		p := &b.Parts[0]
		cut := min(drop, len(p.Text))
		if i := strings.IndexByte(p.Text[cut:], '\n'); i >= 0 {
			cut += i + 1
		}
		for cut < len(p.Text) && !utf8.RuneStart(p.Text[cut]) {
			cut++
		}
		b.Dropped += strings.Count(p.Text[:cut], "\n")
		drop -= cut
		b.size -= cut
		if p.Text = p.Text[cut:]; p.Text == "" {
			b.Parts = b.Parts[1:]
		}
	}
}

// Clone is b for somebody else.
func (b *Block) Clone() Block {
	c := *b
	c.Parts = slices.Clone(b.Parts)
	return c
}

// lines is how many lines there are, with those that are left out.
func (b Block) lines() int {
	n, open := b.Dropped, false
	for _, p := range b.Parts {
		n += strings.Count(p.Text, "\n")
		open = !strings.HasSuffix(p.Text, "\n")
	}
	if open {
		n++
	}
	return n
}

func (b Block) count() string { return Count(b.lines(), "line") }

func (b Block) dropped() string {
	if b.Dropped == 0 {
		return ""
	}
	return "… " + Count(b.Dropped, "line") + " before\n"
}

// String is the text under a title.
func (b Block) String() string {
	text := ""
	for _, p := range b.Parts {
		text += p.Text
	}
	return fmt.Sprintf("── %s, %s ──\n%s%s", b.Name, b.count(), b.dropped(), strings.TrimSuffix(text, "\n"))
}

// escapes are what terminals understand and pages do not. They are compiled when a page is first written:
// each worker would wait for it.
var escapes = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("\x1b\\[[0-9;?]*[a-zA-Z]") })

// HTML is the text in a box that can be folded. It scrolls when it is long, and shows its
// end then.
func (b Block) HTML() string {
	var h strings.Builder
	fmt.Fprintf(&h, `<details open style="margin:2px 0"><summary style="cursor:pointer;font-size:13px"><b>%s</b> <span style="opacity:.7">%s</span></summary>`,
		html.EscapeString(b.Name), b.count())
	h.WriteString(`<div style="display:flex;flex-direction:column-reverse;max-height:18em;overflow:auto;margin-left:.4em;padding-left:.7em;border-left:3px solid ` + colourGround + `"><pre style="margin:0;white-space:pre-wrap">`)
	h.WriteString(b.dropped())
	for _, p := range b.Parts {
		text := html.EscapeString(overwrite(escapes().ReplaceAllString(p.Text, "")))
		if p.Stderr {
			text = `<span style="color:` + colourFailed + `">` + text + "</span>"
		}
		h.WriteString(text)
	}
	h.WriteString("</pre></div></details>")
	return h.String()
}

// overwrite leaves of each line what is seen after its \r have gone back to its begin.
func overwrite(text string) string {
	if !strings.Contains(text, "\r") {
		return text
	}
	lines := strings.SplitAfter(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, line := range lines {
		lines[i] = overwritten(line)
	}
	return strings.Join(lines, "")
}

func overwritten(line string) string {
	end := ""
	if strings.HasSuffix(line, "\n") {
		line, end = line[:len(line)-1], "\n"
	}
	var seen []rune
	for _, part := range strings.Split(line, "\r") {
		new := []rune(part)
		if len(new) < len(seen) {
			new = append(new, seen[len(new):]...)
		}
		seen = new
	}
	return string(seen) + end
}
