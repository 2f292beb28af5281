package replay

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/parago/parago/interp"
)

// A Recorder is a Sink that keeps text. What is shown, cleared and asked stands in brackets; whoever
// asks is told "typed".
type Recorder struct {
	mu   sync.Mutex
	text strings.Builder // guarded by mu
	when string          // guarded by mu
	do   func()          // guarded by mu; nil: nothing
}

func (r *Recorder) Write(_ string, _ interp.Stream, p []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.text.Write(p)
	if r.do != nil && r.text.String() == r.when {
		r.text.WriteString("^C\n")
		go r.do() // it may call for what waits until this has returned
		r.do = nil
	}
}

// Interrupt calls stop, once, when the text is this.
func (r *Recorder) Interrupt(when string, stop func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.when, r.do = when, stop
}

// Display keeps what a cell shows. What the session tells of its preparations differs from run to run.
func (r *Recorder) Display(_ string, d interp.Display) {
	if strings.HasPrefix(d.DisplayID, interp.NoticeID) {
		return
	}
	r.Write("", interp.Stdout, fmt.Appendf(nil, "[display %v]\n", d.Data["text/plain"]))
}

func (r *Recorder) ClearOutput(string, bool) { r.Write("", interp.Stdout, []byte("[clear]\n")) }

func (r *Recorder) Input(_ context.Context, _, prompt string, _ bool) (string, error) {
	r.Write("", interp.Stdout, fmt.Appendf(nil, "[input %s]\n", prompt))
	return "typed", nil
}

// Take returns what was written since the last Take, ending in a newline if it is anything.
func (r *Recorder) Take() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	text := r.text.String()
	r.text.Reset()
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return text
}
