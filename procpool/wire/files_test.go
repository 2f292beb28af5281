//go:build unix

package wire

import (
	"fmt"
	"os"
	"path/filepath"
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
