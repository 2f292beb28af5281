package kernel_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parago/parago/interp"
	"github.com/parago/parago/kernel"
	"github.com/parago/parago/kernel/client"
	"github.com/parago/parago/kernel/kerneltest"
	"github.com/parago/parago/kernel/zmtp"
)

// flooder is an Evaluator whose cells write as fast as they can.
type flooder struct {
	fake
	run func(origin string, out interp.Sink)
}

func (f *flooder) Eval(_ context.Context, c interp.Cell) (*interp.Result, error) {
	f.run(c.Origin, f.out)
	return &interp.Result{}, nil
}

func flooding(run func(origin string, out interp.Sink)) kerneltest.NewEvaluator {
	return func(out interp.Sink) (kernel.Evaluator, error) { return &flooder{fake{out: out}, run}, nil }
}

// Four goroutines write 100,000 lines: each writer's lines arrive complete and in
// order, in fewer messages than a Jupyter server lets pass.
func TestFloodIsCompleteOrderedAndPaced(t *testing.T) {
	const writers, lines = 4, 25_000
	s := kerneltest.Start(t, flooding(func(origin string, out interp.Sink) {
		var writing sync.WaitGroup
		for w := range writers {
			writing.Go(func() {
				for i := range lines {
					out.Write(origin, interp.Stdout, fmt.Appendf(nil, "%d %d\n", w, i))
				}
			})
		}
		writing.Wait()
	}), kernel.Options{})
	begin := time.Now()
	x := s.Execute("x")
	took := time.Since(begin)
	next := [writers]int{}
	for line := range strings.Lines(x.Stdout()) {
		var w, i int
		if _, err := fmt.Sscanf(line, "%d %d\n", &w, &i); err != nil || next[w] != i {
			t.Fatalf("line %q, want number %d (%v)", line, next[w], err)
		}
		next[w]++
	}
	if next != [writers]int{lines, lines, lines, lines} {
		t.Errorf("got %v lines of each writer, want %d", next, lines)
	}
	if perSecond := float64(len(x.Messages)) / max(took.Seconds(), 1); perSecond > 600 {
		t.Errorf("%d messages in %v: %.0f a second", len(x.Messages), took, perSecond)
	}
	t.Logf("%d lines in %d messages in %v", writers*lines, len(x.Messages), took)
}

// Lines that alternate between stdout and stderr keep their order while they are
// few. When they are not, each stream keeps its own, and its place beside pictures,
// and no line waits for a message of its own.
func TestAlternatingStreams(t *testing.T) {
	t.Parallel()
	for _, lines := range []int{40, 2000} {
		t.Run(fmt.Sprint(lines, " lines"), func(t *testing.T) {
			t.Parallel()
			testAlternatingStreams(t, lines)
		})
	}
}

func testAlternatingStreams(t *testing.T, lines int) {
	s := kerneltest.Start(t, flooding(func(origin string, out interp.Sink) {
		for i := range lines {
			if i == lines/2 {
				out.Display(origin, interp.Display{})
			}
			out.Write(origin, []interp.Stream{interp.Stdout, interp.Stderr}[i%2], fmt.Appendf(nil, "%d\n", i))
		}
	}), kernel.Options{})
	begin := time.Now()
	x := s.Execute("x")
	took := time.Since(begin)
	next, messages := map[string]int{"stdout": 0, "stderr": 1}, 0
	for _, m := range x.Messages {
		if half := lines / 2; m.Header.MsgType == "display_data" && (next["stdout"] != half || next["stderr"] != half+1) {
			t.Errorf("the next lines are %v when the picture comes, want %d and %d", next, half, half+1)
		}
		var c kernel.StreamContent
		if m.Header.MsgType != "stream" || m.Decode(&c) != nil {
			continue
		}
		messages++
		for line := range strings.Lines(c.Text) {
			if want := fmt.Sprintf("%d\n", next[c.Name]); line != want {
				t.Fatalf("%s: line %q, want %q", c.Name, line, want)
			}
			next[c.Name] += 2
		}
	}
	if next["stdout"] != lines || next["stderr"] != lines+1 {
		t.Errorf("the next lines would be %v, want %d and %d", next, lines, lines+1)
	}
	switch {
	case lines == 40 && messages != lines:
		t.Errorf("%d messages: a few lines have lost their order", messages)
	case lines > 40 && messages > lines/4:
		t.Errorf("%d messages for %d lines", messages, lines)
	}
	t.Logf("%d lines in %d messages in %v", lines, messages, took)
}

// The output of two cells that write at the same time is joined for each of them.
func TestTwoCellsWriteAtOnce(t *testing.T) {
	t.Parallel()
	const lines = 20_000
	origins := make(chan string, 2)
	s := kerneltest.Start(t, flooding(func(origin string, out interp.Sink) {
		origins <- origin
		if len(origins) < 2 {
			return
		}
		first, second := <-origins, <-origins
		for i := range lines {
			out.Write(first, interp.Stdout, fmt.Appendf(nil, "%d\n", i))
			out.Write(second, interp.Stdout, fmt.Appendf(nil, "%d\n", i))
		}
	}), kernel.Options{})
	first := s.Execute("x")
	s.Execute("x")
	count := map[string]int{}
	messages := 0
	for _, m := range s.Messages() {
		var c kernel.StreamContent
		if m.Header.MsgType == "stream" && m.Decode(&c) == nil {
			messages++
			count[m.Parent.MsgID] += strings.Count(c.Text, "\n")
		}
	}
	if id := first.Messages[0].Parent.MsgID; count[id] != lines || len(count) != 2 {
		t.Errorf("lines by cell %v, want %d each", count, lines)
	}
	if messages > lines/20 {
		t.Errorf("%d messages for %d lines", messages, 2*lines)
	}
}

// Output comes while its cell runs: each line here is only written once the one
// before has been seen.
func TestOutputComesWhileTheCellRuns(t *testing.T) {
	t.Parallel()
	seen := make(chan struct{}, 100)
	s := kerneltest.Start(t, flooding(func(origin string, out interp.Sink) {
		for range 5 {
			out.Write(origin, interp.Stdout, []byte("tick\n"))
			select {
			case <-seen:
			case <-time.After(kerneltest.Limit):
				t.Error("a line was held back")
				return
			}
		}
	}), kernel.Options{})
	_, err := s.Client.Execute(s.Ctx, kernel.ExecuteRequest{Code: "x"}, func(m *kernel.Message) {
		if m.Header.MsgType == "stream" {
			seen <- struct{}{}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A front-end that does not read makes the cell wait; memory stays flat, and nothing
// is lost once it reads again.
func TestSlowSubscriberMakesTheCellWait(t *testing.T) {
	const total = 24 << 20
	var written atomic.Int64
	s := kerneltest.Start(t, flooding(func(origin string, out interp.Sink) {
		chunk := []byte(strings.Repeat("#", 1023) + "\n")
		for range total / len(chunk) {
			out.Write(origin, interp.Stdout, chunk)
			written.Add(int64(len(chunk)))
		}
	}), kernel.Options{OutputLimit: 1 << 30})
	info := s.Kernel.Connection()
	slow, err := zmtp.Dial(s.Ctx, zmtp.Sub, info.Endpoint(info.IOPubPort), zmtp.Options{MaxInbound: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close(0)
	if err := slow.Subscribe(s.Ctx, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := slow.Recv(s.Ctx); err != nil { // iopub_welcome
		t.Fatal(err)
	}
	call, err := s.Client.Send(s.Ctx, client.Shell, "execute_request", kernel.ExecuteRequest{Code: "x"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	stalled := waitUntilStill(&written)
	t.Logf("the cell waits after %d MiB", stalled>>20)
	if stalled >= total {
		t.Errorf("the cell wrote %d MiB to a client that did not read", stalled>>20)
	}
	if got := readStream(t, s.Ctx, slow); got != total {
		t.Errorf("got %d bytes, want %d", got, total)
	}
	if err := call.Idle(s.Ctx); err != nil {
		t.Fatal(err)
	}
}

// readStream reads messages up to idle and returns how many bytes of streams came. It
// parses as little as it can: parsing takes long under the race detector.
func readStream(t *testing.T, ctx context.Context, from *zmtp.Client) (n int) {
	for {
		frames, err := from.Recv(ctx)
		if err != nil {
			t.Fatal(err)
		}
		switch content := frames[len(frames)-1]; {
		case bytes.HasPrefix(content, []byte(`{"name":"stdout"`)):
			n += bytes.Count(content, []byte("#")) + bytes.Count(content, []byte(`\n`))
		case bytes.Contains(content, []byte(`"idle"`)):
			return n
		}
	}
}

// waitUntilStill returns n once it has not changed for a while.
func waitUntilStill(n *atomic.Int64) int64 {
	for before := n.Load(); ; {
		time.Sleep(500 * time.Millisecond) // orders nothing: it is what is observed
		now := n.Load()
		if now == before && now > 0 {
			return now
		}
		before = now
	}
}
