//go:build unix

package spawn

import (
	"context"
	"io"
	"os"
	"runtime/pprof"
	"slices"
	"sync"
	"syscall"
)

// maxChunk bounds what is joined of one long write.
const maxChunk = 1 << 20

// window is the room that every read gets; more than a packet, which would
// otherwise lose its end.
const window = 16 << 10

// A stream is the reading end of one of a child's output pipes. Its own goroutine
// and drain take turns, so chunks are handed over one at a time and in order.
type stream struct {
	file   *os.File
	stderr bool
	output func(stderr bool, p []byte)
	ended  chan struct{} // closed by pump when it returns

	mu  sync.Mutex
	buf []byte // guarded by mu
}

func newStream(fd int, stderr bool, output func(bool, []byte)) *stream {
	syscall.SetNonblock(fd, true)
	s := &stream{
		file:   os.NewFile(uintptr(fd), "output"),
		stderr: stderr,
		output: output,
		ended:  make(chan struct{}),
	}
	go s.pump()
	return s
}

// pump reads whenever there is something, until the pipe ends or is closed.
func (s *stream) pump() {
	defer close(s.ended)
	pprof.SetGoroutineLabels(context.Background()) // it is not part of what started the child
	raw, err := s.file.SyscallConn()
	if err != nil {
		return
	}
	raw.Read(func(fd uintptr) bool { return s.read(fd, 1<<30) })
}

// drain reads what is in the pipe now.
func (s *stream) drain() {
	raw, err := s.file.SyscallConn()
	if err != nil {
		return
	}
	raw.Control(func(fd uintptr) {
		if n := unread(fd); n > 0 {
			s.read(fd, n)
			return
		}
		// What another goroutine has read may not be handed over yet.
		s.mu.Lock()
		s.mu.Unlock() //lint:ignore SA2001 an empty critical section is a wait
	})
}

// close ends pump. Nothing is read afterwards.
func (s *stream) close() {
	s.file.Close()
	<-s.ended
}

// read hands over at least n bytes if the pipe holds as many. It reports whether
// the pipe has ended.
func (s *stream) read(fd uintptr, n int) (ended bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for n > 0 {
		got, err := s.readChunk(int(fd))
		n -= got
		if err != nil {
			return err != syscall.EAGAIN
		}
	}
	return false
}

// readChunk hands over one chunk. In packet mode a full packet is followed by the
// rest of the same write, so it is joined with what comes next. The error is
// EAGAIN when the pipe is empty, and another one when it has ended.
func (s *stream) readChunk(fd int) (got int, err error) {
	s.buf = s.buf[:0]
	for {
		s.buf = slices.Grow(s.buf, window)
		var n int
		n, err = syscall.Read(fd, s.buf[len(s.buf):cap(s.buf)])
		if err == syscall.EINTR {
			continue
		}
		if n == 0 && err == nil {
			err = io.EOF
		}
		if err != nil {
			break
		}
		s.buf = s.buf[:len(s.buf)+n]
		if n != packet || len(s.buf) >= maxChunk {
			break
		}
	}
	got = len(s.buf)
	if got > 0 && s.output != nil {
		s.output(s.stderr, s.buf)
	}
	if cap(s.buf) > 8*window {
		s.buf = nil // after a rare long write
	}
	return got, err
}
