//go:build unix

package wire

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// TestFilesInOrder sends frames with files, with what waits before them and what does not fit into the
// connection at once: each comes in its turn, with its own file.
func TestFilesInOrder(t *testing.T) {
	theirs, ours, err := Way()
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	in, err := Watched(theirs)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	w := NewWriter(ours, nil)
	const n = 300
	for i := range n {
		f := Frame{Kind: 1, ID: uint64(i), Data: make([]byte, 1<<(i%13))}
		if i%4 == 1 {
			if err := w.Put(f); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if f.File, err = os.Create(filepath.Join(t.TempDir(), fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
		if err := w.Send(f); err != nil {
			t.Fatal(err)
		}
		f.File.Close() // it is on its way
	}
	r := NewReader(in, nil)
	for i := range n {
		f, err := r.Next()
		if err != nil || f.ID != uint64(i) || len(f.Data) != 1<<(i%13) || (f.File == nil) != (i%4 == 1) {
			t.Fatalf("frame %d is %d of %d bytes, file %v, error %v", i, f.ID, len(f.Data), f.File, err)
		}
		if f.File == nil {
			continue
		}
		if fmt.Fprint(f.File, i); f.File.Close() != nil {
			t.Fatal("a file that is not open")
		}
	}
}

// TestFileWithoutDescriptor has no descriptor for the file of one frame: the next has its own all the same.
func TestFileWithoutDescriptor(t *testing.T) {
	theirs, ours, err := Way()
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	in, err := Watched(theirs)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	w, r := NewWriter(ours, nil), NewReader(in, nil)
	for i, size := range []int{100 << 10, 10} { // the first comes in more than one piece
		f := Frame{Kind: 1, ID: uint64(i), Data: make([]byte, size)}
		if f.File, err = os.Create(filepath.Join(t.TempDir(), fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
		if err := w.Send(f); err != nil {
			t.Fatal(err)
		}
		f.File.Close()
	}
	waitUntilSent(w)
	more := noMoreFiles(t)
	r.buf.Peek(headerSize)
	more()
	if f, err := r.Next(); err != nil || f.ID != 0 || f.File != nil || !f.Lost || len(f.Data) != 100<<10 {
		t.Errorf("frame %d of %d bytes, file %v, lost %v, error %v", f.ID, len(f.Data), f.File, f.Lost, err)
	}
	f, err := r.Next()
	if err != nil || f.ID != 1 || f.File == nil || f.Lost {
		t.Fatalf("frame %d, file %v, lost %v, error %v", f.ID, f.File, f.Lost, err)
	}
	f.File.Close()
}

// waitUntilSent returns when the goroutine of a parent's writer has nothing more to do.
func waitUntilSent(w *Writer) {
	for {
		w.mu.Lock()
		sending := w.sending
		w.mu.Unlock()
		if !sending {
			return
		}
		runtime.Gosched()
	}
}

// noMoreFiles has this process get no further descriptor until it calls more.
func noMoreFiles(t *testing.T) (more func()) {
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &old); err != nil {
		t.Fatal(err)
	}
	next, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	none := syscall.Rlimit{Cur: uint64(next.Fd()), Max: old.Max}
	next.Close()
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &none); err != nil {
		t.Fatal(err)
	}
	return func() { syscall.Setrlimit(syscall.RLIMIT_NOFILE, &old) }
}
