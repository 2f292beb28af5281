//go:build unix

package wire

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"testing"
	"time"

	"github.com/parago/parago/procpool/shm"
)

// ends are the two ends of a connection, and a child's outbox.
func ends(t *testing.T) (child *os.File, parent *net.UnixConn, seg *shm.Segment) {
	t.Helper()
	seg, err := shm.New(OutboxSize)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { seg.Close() })
	theirs, child, err := Way()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { child.Close() })
	if parent, err = Watched(theirs); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { parent.Close() })
	return child, parent, seg
}

func put(t *testing.T, r *Results, result string) {
	t.Helper()
	copy(r.Room(len(result)), result)
	r.Commit(len(result))
}

// A dead child's results arrive, whether they were sent or are in its memory still, each once, as a parent
// sees it that knows their numbers.
func TestResultsOfTheDead(t *testing.T) {
	child, parent, seg := ends(t)
	w := NewWriter(child, NewOutbox(seg))
	r, err := w.Results(7, 100, []byte("head:"))
	if err != nil {
		t.Fatal(err)
	}
	put(t, r, "a")
	put(t, r, "b")
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	put(t, r, "c")
	w.Put(Frame{Kind: 1, ID: 9})
	put(t, r, "d")
	if err := r.Skip(); err != nil {
		t.Fatal(err)
	}
	put(t, r, "f")
	put(t, r, "g")
	child.Close()
	want := []string{"7 100 head:ab", "7 102 head:c", "1 9 ", "7 103 head:d", "7 105 head:fg"}
	in := NewReader(parent, NewOutbox(seg))
	for _, want := range want {
		f, err := in.Next()
		if got := fmt.Sprintf("%d %d %s", f.Kind, f.ID, f.Data); err != nil || got != want {
			t.Errorf("frame %q %v, want %q", got, err, want)
		}
	}
	if f, err := in.Next(); err == nil {
		t.Errorf("another frame: %v", f)
	}
}

// Frames of results tell their first number and how long each took: of these, whichever chunk is next.
func TestPace(t *testing.T) {
	child, parent, seg := ends(t)
	w := NewWriter(child, NewOutbox(seg))
	in := NewReader(parent, NewOutbox(seg))
	for _, c := range []struct {
		first uint32
		pace  time.Duration
		want  time.Duration
	}{{1, 0, 0}, {1<<31 - 2, 7, 7}, {3, time.Hour, 1<<32 - 1}, {4, 0, 0}, {5, -1, 1}} {
		r, err := w.Results(7, c.first, []byte("head:"))
		if err != nil {
			t.Fatal(err)
		}
		put(t, r, "a")
		put(t, r, "b")
		if c.pace != 0 {
			r.Paced(c.pace)
		}
		w.Flush()
		f, err := in.Next()
		if first, pace := Numbered(f.ID); err != nil || first != c.first || pace != c.want {
			t.Errorf("%d %s %v, want %d %s", first, pace, err, c.first, c.want)
		}
	}
}

// More results than the block holds follow each other, and one that is larger than it is refused.
func TestManyResults(t *testing.T) {
	child, parent, seg := ends(t)
	w := NewWriter(child, NewOutbox(seg))
	result := bytes.Repeat([]byte("x"), 1000)
	const n = 1000
	go func() {
		defer child.Close()
		r, err := w.Results(7, 1, []byte("h"))
		if err != nil {
			t.Error(err)
			return
		}
		if r.Room(blockSize) != nil {
			t.Error("a result as large as the block has room")
		}
		for range n {
			put(t, r, string(result))
		}
	}()
	in := NewReader(parent, NewOutbox(seg))
	next := uint64(1)
	for {
		f, err := in.Next()
		if err != nil {
			break
		}
		if f.ID != next || f.Data[0] != 'h' {
			t.Fatalf("results from %d on, want %d", f.ID, next)
		}
		next += uint64(len(f.Data)-1) / uint64(len(result))
	}
	if next != n+1 {
		t.Errorf("%d results, want %d", next-1, n)
	}
}

// What a hostile child leaves in its memory harms nobody.
func TestResultsOfTheHostile(t *testing.T) {
	for _, words := range [][4]uint64{
		{1, 1<<32 | 1<<30, 0, 7<<32 | 1},
		{1, 5<<32 | 10, 6<<32 | 5, 7<<32 | 1},
		{1, 5<<32 | 10, 4<<32 | 20, 7 << 32},
		{1, 1<<32 | 8, 0, 1<<32 - 1},
	} {
		child, parent, seg := ends(t)
		for i, word := range words {
			*seg.Uint64(32 + 8*i) = word
		}
		child.Close()
		in := NewReader(parent, NewOutbox(seg))
		for {
			f, err := in.Next()
			if err != nil {
				break
			}
			if len(f.Data) > blockSize {
				t.Errorf("%x: a frame of %d bytes", words, len(f.Data))
			}
		}
	}
}
