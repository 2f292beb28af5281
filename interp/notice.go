package interp

import (
	"fmt"
	"sync"
	"time"
)

// NoticeID is what the DisplayIDs of notices begin with: of displays that are not a cell's own.
const NoticeID = "parago-notice-"

// A notice is one display under a cell that waits for something to be prepared. It says how far
// that is and how long it has taken, and changes in place. There is none before the first
// Progress.
type notice struct {
	session *Session
	origin  string
	id      string
	doing   string // "Preparing to compile cells"
	did     string // "Prepared to compile cells"

	ticking sync.WaitGroup // of the goroutine that counts seconds; end waits for it
	stop    chan struct{}

	mu    sync.Mutex // guards the rest
	last  Progress
	text  string // that is shown; "" before the first
	ended bool
}

// notice returns a notice that shows nothing yet. End must be called.
func (s *Session) notice(origin, doing, did string) *notice {
	return &notice{session: s, origin: origin, id: NoticeID + origin + "-" + doing, doing: doing, did: did, stop: make(chan struct{})}
}

// tick shows each second.
func (n *notice) tick() {
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for {
		select {
		case <-second.C:
			n.mu.Lock()
			n.drawProgress()
			n.mu.Unlock()
		case <-n.stop:
			return
		}
	}
}

// show is told how far it is. It may be called from any goroutine.
func (n *notice) show(p Progress) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.ended {
		return
	}
	if n.text == "" {
		n.ticking.Go(n.tick)
	}
	n.last = p
	n.drawProgress()
}

// end says what has become of it.
func (n *notice) end(err error) {
	n.mu.Lock()
	n.ended = true
	n.mu.Unlock()
	close(n.stop)
	n.ticking.Wait()
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case n.text == "":
	case err == nil:
		n.draw(n.did + " in " + n.seconds() + ".")
	default:
		n.draw(n.doing + ": given up after " + n.seconds() + ".")
	}
}

// seconds is how long it has taken.
func (n *notice) seconds() string {
	return fmt.Sprintf("%d s", int(time.Since(n.last.Since).Seconds()))
}

func (n *notice) drawProgress() { n.draw(n.doing + ": " + n.last.What + ", " + n.seconds() + " …") }

// draw changes what is shown.
func (n *notice) draw(text string) {
	if text == n.text {
		return
	}
	update := n.text != ""
	n.text = text
	n.session.options.Sink.Display(n.origin, Display{Data: Bundle{"text/plain": text}, DisplayID: n.id, Update: update})
}
