package child

import (
	"io"
	"sync"

	"github.com/parago/parago/procpool/internal/fault"
)

// Sinks are the writers that a Process's output goes to instead.
type Sinks struct {
	mu  sync.Mutex // one Write at a time
	out [2]io.Writer
	err error // of the first Write that failed: nothing is written after it; guarded by mu
}

// NewSinks takes the writers of a Process; nil if it has none.
func NewSinks(stdout, stderr io.Writer) *Sinks {
	if stdout == nil && stderr == nil {
		return nil
	}
	return &Sinks{out: [2]io.Writer{stdout, stderr}}
}

// write writes to the stream's writer, and reports whether there is one.
func (s *Sinks) write(stderr bool, data []byte) bool {
	if s == nil {
		return false
	}
	w := s.out[0]
	if stderr {
		w = s.out[1]
	}
	if w == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = writeTo(w, data)
	}
	return true
}

// writeTo calls a user's Write, whose panic must not end the goroutine that reads for all.
func writeTo(w io.Writer, data []byte) (err error) {
	defer func() {
		if x := recover(); x != nil {
			err = fault.Errorf("%T.Write: panic: %s", w, fault.PanicText(x))
		}
	}()
	_, err = w.Write(data)
	return err
}

// Failed is the error of the first Write that failed.
func (s *Sinks) Failed() error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}
