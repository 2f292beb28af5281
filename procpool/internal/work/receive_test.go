//go:build unix

package work

import (
	"testing"

	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

// TestTakePausesBeforeItWaits: whatever came together with the last task, results are sent before the next is waited for.
func TestTakePausesBeforeItWaits(t *testing.T) {
	for name, apart := range map[string]bool{"reads by itself": false, "another reads": true} {
		t.Run(name, func(t *testing.T) {
			theirs, ours, err := wire.Way()
			if err != nil {
				t.Fatal(err)
			}
			conn, err := wire.Watched(theirs)
			if err != nil {
				t.Fatal(err)
			}
			out := wire.NewWriter(ours, nil)
			r := newReceiver(wire.NewReader(conn, nil), func(f wire.Frame) bool { return f.Kind == task.FrameCollect })
			send := func(kinds ...byte) {
				for _, k := range kinds {
					if err := out.Put(wire.Frame{Kind: k, ID: uint64(k)}); err != nil {
						t.Fatal(err)
					}
				}
				if err := out.Flush(); err != nil {
					t.Fatal(err)
				}
			}
			send(task.FrameTask, task.FrameCollect)
			if f := r.take(func() {}); f.Kind != task.FrameTask {
				t.Fatalf("frame %d", f.Kind)
			}
			if apart {
				r.attend()
			}
			paused, took := make(chan bool, 10), make(chan wire.Frame)
			go func() { took <- r.take(func() { paused <- true }) }()
			<-paused
			send(task.FrameQuit)
			if f := <-took; f.Kind != task.FrameQuit {
				t.Errorf("frame %d", f.Kind)
			}
		})
	}
}
