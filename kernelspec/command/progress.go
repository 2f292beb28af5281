package command

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/parago/parago/interp"
)

// A progressLine is one line of a terminal that says how far a preparation is and how long it
// has taken. Where the line goes to a file, only its first and its last state do.
type progressLine struct {
	w        io.Writer
	terminal bool
	doing    string

	ticking sync.WaitGroup // of the goroutine that counts seconds; end waits for it
	stop    chan struct{}

	mu   sync.Mutex // guards the rest
	last interp.Progress
	text string // that stands there; "" before the first
}

func newProgressLine(w io.Writer, terminal bool, doing string) *progressLine {
	return &progressLine{w: w, terminal: terminal, doing: doing, stop: make(chan struct{})}
}

// show is told how far it is. It may be called from any goroutine before end.
func (l *progressLine) show(p interp.Progress) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.text == "" && l.terminal {
		l.ticking.Go(l.tick)
	}
	l.last = p
	l.draw()
}

// tick draws each second.
func (l *progressLine) tick() {
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for {
		select {
		case <-second.C:
			l.mu.Lock()
			l.draw()
			l.mu.Unlock()
		case <-l.stop:
			return
		}
	}
}

func (l *progressLine) draw() {
	text := fmt.Sprintf("%s: %s, %d s …", l.doing, l.last.What, l.seconds())
	switch {
	case l.terminal && text != l.text:
		fmt.Fprintf(l.w, "\r%s\x1b[K", text)
	case l.text == "":
		fmt.Fprintf(l.w, "%s …\n", l.doing)
	}
	l.text = text
}

func (l *progressLine) seconds() int { return int(time.Since(l.last.Since).Seconds()) }

// end writes what has become of it in the place of what was going on. It must be called.
func (l *progressLine) end(text string) {
	close(l.stop)
	l.ticking.Wait()
	if l.text == "" {
		return
	}
	if l.terminal {
		fmt.Fprint(l.w, "\r\x1b[K")
	}
	fmt.Fprintf(l.w, "%s after %d s.\n", text, l.seconds())
}
