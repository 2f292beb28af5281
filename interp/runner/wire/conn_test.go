package wire

import (
	"fmt"
	"net"
	"sync"
	"testing"
)

// TestOutputsKeepTheirChunks has several goroutines write while messages are sent: each one's chunks
// come whole and in order, and before what it sends afterwards.
func TestOutputsKeepTheirChunks(t *testing.T) {
	t.Parallel()
	near, far := net.Pipe()
	defer near.Close()
	const writers, chunks = 4, 5000
	go func() {
		c := NewConn(near)
		var all sync.WaitGroup
		for w := range writers {
			all.Go(func() {
				for i := range chunks {
					c.Write(fmt.Sprint(w), i%3 == 0, fmt.Appendf(nil, "chunk %d\n", i))
					if i%1000 == 999 {
						c.Send(&Message{Flush: &Flush{Seq: w*chunks + i}})
					}
				}
			})
		}
		all.Wait()
		c.Send(&Message{Done: &Done{}})
	}()
	c := NewConn(far)
	var seen [writers]int
	for {
		m, err := c.Receive()
		if err != nil {
			t.Fatal(err)
		}
		if m.Done != nil {
			break
		}
		if m.Flush != nil {
			if w, i := m.Flush.Seq/chunks, m.Flush.Seq%chunks; seen[w] != i+1 {
				t.Fatalf("writer %d: %d chunks came before what it sent after %d", w, seen[w], i+1)
			}
		}
		for _, o := range m.Outputs {
			var w int
			fmt.Sscan(o.Origin, &w)
			for chunk := range o.Chunks {
				if want := fmt.Sprintf("chunk %d\n", seen[w]); string(chunk) != want || o.Stderr != (seen[w]%3 == 0) {
					t.Fatalf("writer %d: %q, want %q", w, chunk, want)
				}
				seen[w]++
			}
		}
	}
	for w, n := range seen {
		if n != chunks {
			t.Errorf("writer %d: %d chunks", w, n)
		}
	}
}
