package screen

import (
	"fmt"
	"os"
	"sync/atomic"

	"github.com/parago/parago/procpool/internal/host"
	"github.com/parago/parago/procpool/view"
)

// A Screen is where output of this process's children goes: to the host, which has a place for it in a
// notebook, or to this process's own descriptors, from where a parent takes it.
type Screen struct {
	host     *host.Host    // nil: there is none, or this process is a child
	displays atomic.Uint64 // numbers what is shown
	handed   atomic.Uint64 // pieces of output to the host
	flushed  atomic.Uint64 // how many those were when it was last flushed
	console  console
	groups   groups
}

// Use has output go to h; nil: to this process's own descriptors.
func (s *Screen) Use(h *host.Host) { s.host = h }

// Write passes output on: to the host, or to our own descriptors, from where a parent
// takes it with the origin that it knows.
func (s *Screen) Write(origin string, stderr bool, data []byte) {
	if s.host != nil && s.host.Output != nil {
		s.host.Output(origin, stderr, data)
		s.handed.Add(1)
		return
	}
	f := os.Stdout
	if stderr {
		f = os.Stderr
	}
	s.console.write(f, data)
}

// Flush makes sure that output handed over stays before the caller's own.
func (s *Screen) Flush() {
	if !s.CanShow() { // else it changes in place, in its own time
		s.groups.show()
	}
	if s.host == nil || s.host.Flush == nil {
		return
	}
	if n := s.handed.Load(); n != s.flushed.Load() { // it asks another process
		s.host.Flush()
		s.flushed.Store(n)
	}
}

// CanShow reports whether there is a place for pictures.
func (s *Screen) CanShow() bool { return s.host != nil && s.host.Show != nil }

// NewID is the name of something that is going to be shown.
func (s *Screen) NewID() string {
	return fmt.Sprintf("procpool-%d-%d", os.Getpid(), s.displays.Add(1))
}

// Show shows something in several media types, or replaces what was shown under that id. There is a place for it.
func (s *Screen) Show(origin, id string, update bool, data map[string]string) {
	s.host.Show(origin, id, update, data)
}

// ShowGroups shows now what Grouped has not shown yet.
func (s *Screen) ShowGroups() { s.groups.show() }

// Progress shows how far something is, of which who is the name, where there are no pictures.
func (s *Screen) Progress(who any, p view.Progress) { s.console.progress(who, p) }
