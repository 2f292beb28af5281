//go:build unix

package procpool_test

import (
	"fmt"
	"iter"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parago/parago/procpool"
	"github.com/parago/parago/procpool/embed"
)

var progressFuncs = []any{waitsFor, panicsOn3, diesOn2}

// waitsFor returns when there is something in the queue, and leaves it there.
func waitsFor(q *procpool.Queue[int]) int {
	v, err := q.Get()
	if err != nil {
		panic(err)
	}
	q.Put(v)
	return v
}

func panicsOn3(n int) int {
	if n%10 == 3 {
		panic("three")
	}
	return n
}

func diesOn2(n int) int {
	if n == 2 {
		os.Exit(3)
	}
	return n
}

// screen is where things are shown.
var screen = &displays{}

type displays struct {
	mu    sync.Mutex
	order []string // ids
	shown map[string][]shown
}

type shown struct {
	origin string
	update bool
	data   map[string]string
}

func (d *displays) show(origin, id string, update bool, data map[string]string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.shown == nil {
		d.shown = map[string][]shown{}
	}
	if d.shown[id] == nil {
		d.order = append(d.order, id)
	}
	d.shown[id] = append(d.shown[id], shown{origin, update, data})
}

// of returns what an origin has shown, by display in order.
func (d *displays) of(origin string) (all [][]shown) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, id := range d.order {
		if d.shown[id][0].origin == origin {
			all = append(all, d.shown[id])
		}
	}
	return all
}

// only returns the states of the only display of an origin, which the first one makes
// and the others update.
func (d *displays) only(t *testing.T, origin string) []shown {
	t.Helper()
	all := d.of(origin)
	if len(all) != 1 {
		t.Fatalf("%d displays, want 1: %v", len(all), all)
	}
	for i, s := range all[0] {
		if s.update != (i > 0) {
			t.Errorf("state %d: update is %v", i, s.update)
		}
		if s.origin != origin {
			t.Errorf("state %d belongs to %q, want %q", i, s.origin, origin)
		}
		if !strings.HasPrefix(s.data["text/html"], "<d") {
			t.Errorf("state %d has no HTML: %v", i, s.data)
		}
	}
	return all[0]
}

// asOrigin acts on behalf of an origin of its own until the test ends.
func asOrigin(t *testing.T, mark string) string {
	o := unique(mark)
	origin.Store(o)
	t.Cleanup(func() { origin.Store("") })
	return o
}

func plain(s shown) string { return s.data["text/plain"] }

func TestH14_progress(t *testing.T) {
	o := asOrigin(t, "H14")
	p := newPool(t, 2)
	xs := make([]int, 100)
	out, err := procpool.Map(p, square, xs, procpool.Progress())
	check(t, err)
	if len(out) != 100 {
		t.Error(len(out))
	}
	states := screen.only(t, o)
	if first := plain(states[0]); !strings.Contains(first, "square") || !strings.Contains(first, "0/100") {
		t.Errorf("first state %q", first)
	}
	if last := plain(states[len(states)-1]); !strings.Contains(last, "100/100") || strings.Contains(last, "failed") {
		t.Errorf("last state %q", last)
	}
}

func TestH14_progressWhileItRuns(t *testing.T) {
	o := asOrigin(t, "H14")
	p := newPool(t, 2)
	q := procpool.NewQueue[int](0)
	done := make(chan error)
	go func() {
		_, err := procpool.Map(p, waitsFor, []*procpool.Queue[int]{q, q, q}, procpool.Progress())
		done <- err
	}()
	eventually(t, "a display says what workers run", func() bool {
		all := screen.of(o)
		if len(all) == 0 {
			return false
		}
		last := all[0][len(all[0])-1].data["text/html"]
		return strings.Contains(last, "PoolWorker-") && strings.Contains(last, "runs #")
	})
	check(t, q.Put(1))
	check(t, <-done)
	states := screen.only(t, o)
	if last := plain(states[len(states)-1]); !strings.Contains(last, "3/3") {
		t.Errorf("last state %q", last)
	}
}

func TestProgressIsThrottled(t *testing.T) {
	o := asOrigin(t, "throttled")
	p := newPool(t, 2)
	begin := time.Now()
	_, err := procpool.Map(p, square, make([]int, 50_000), procpool.Progress(), procpool.ChunkSize(1))
	check(t, err)
	most := int(time.Since(begin)/(100*time.Millisecond)) + 2
	if n := len(screen.only(t, o)); n > most {
		t.Errorf("%d states in %s", n, time.Since(begin))
	}
}

func TestProgressCountsFailures(t *testing.T) {
	for _, c := range []struct {
		name string
		call func(*procpool.Pool) error
		want string
	}{
		{"panics", func(p *procpool.Pool) error {
			_, err := procpool.Map(p, panicsOn3, []int{1, 2, 3, 13, 5}, procpool.Progress())
			return err
		}, "5/5 2 failed"},
		{"a death", func(p *procpool.Pool) error {
			_, err := procpool.Map(p, diesOn2, []int{1, 2, 3}, procpool.Progress())
			return err
		}, "3/3 1 failed"},
		{"canceled", func(p *procpool.Pool) error {
			_, err := procpool.Map(p, panicsOn3, []int{3, 1, 1, 1, 1, 1, 1, 1}, procpool.Progress(), procpool.FailFast())
			return err
		}, "/8 1 failed canceled"},
		{"closed", func(p *procpool.Pool) error {
			p.Close()
			_, err := procpool.Map(p, square, []int{1, 2}, procpool.Progress())
			return err
		}, "procpool_test.square 0/2 closed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := asOrigin(t, "failures")
			p := newPool(t, 1)
			if err := c.call(p); err == nil {
				t.Error("no error")
			}
			states := screen.only(t, o)
			last := plain(states[len(states)-1])
			for _, part := range strings.SplitAfter(c.want, "  ") {
				for _, word := range strings.Fields(part) {
					if !strings.Contains(last, word) {
						t.Errorf("last state %q, want %q", last, c.want)
					}
				}
			}
		})
	}
}

func TestSubmittedCallsShareTheirProgress(t *testing.T) {
	o := asOrigin(t, "futures")
	p := newPool(t, 2)
	var all []*procpool.Future[int]
	for i := range 20 {
		all = append(all, procpool.Submit(p, square, i, procpool.Progress()))
	}
	for i, f := range all {
		if v, err := f.Get(); v != i*i || err != nil {
			t.Error(v, err)
		}
	}
	states := screen.only(t, o)
	if last := plain(states[len(states)-1]); !strings.Contains(last, "20/20") {
		t.Errorf("last state %q", last)
	}
	other := asOrigin(t, "futures")
	if _, err := procpool.Submit(p, square, 2, procpool.Progress()).Get(); err != nil {
		t.Error(err)
	}
	if states := screen.only(t, other); !strings.Contains(plain(states[len(states)-1]), "1/1") {
		t.Error(states)
	}
}

func TestProgressOfAStream(t *testing.T) {
	o := asOrigin(t, "stream")
	p := newPool(t, 2)
	given := make(chan int)
	got := make(chan int)
	go func() {
		defer close(got)
		for v, err := range procpool.Stream(p, square, fromChannel(given), procpool.Progress(), procpool.Label("squares")) {
			if err != nil {
				t.Error(err)
			}
			got <- v
		}
	}()
	given <- 3
	if v := <-got; v != 9 {
		t.Error(v)
	}
	eventually(t, "it is said how many there are so far", func() bool {
		all := screen.of(o)
		return len(all) == 1 && strings.Contains(plain(all[0][len(all[0])-1]), "squares  1 so far")
	})
	close(given)
	if v, more := <-got; more {
		t.Error(v)
	}
	states := screen.only(t, o)
	if last := plain(states[len(states)-1]); !strings.Contains(last, "1/1") {
		t.Errorf("last state %q", last)
	}
}

func fromChannel(c <-chan int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for v := range c {
			if !yield(v) {
				return
			}
		}
	}
}

func TestProgressOfAnInterruptedCall(t *testing.T) {
	o := asOrigin(t, "interrupted")
	p := newPool(t, 1)
	q := procpool.NewQueue[int](0)
	done := make(chan error)
	go func() {
		_, err := procpool.Map(p, waitsFor, []*procpool.Queue[int]{q, q}, procpool.Progress())
		done <- err
	}()
	eventually(t, "a worker is busy", func() bool { w := p.Workers(); return len(w) == 1 && w[0].Busy })
	embed.CancelOrigin(o)
	if err := <-done; err == nil {
		t.Error("no error")
	}
	states := screen.only(t, o)
	if last := fmt.Sprint(plain(states[len(states)-1])); !strings.Contains(last, "0/2") || !strings.Contains(last, "canceled") {
		t.Errorf("last state %q", last)
	}
}

func TestTimelineIsAPicture(t *testing.T) {
	var line procpool.Timeline
	p := newPool(t, 2)
	if _, err := procpool.Map(p, panicsOn3, []int{1, 2, 3, 4}, procpool.Trace(&line)); err == nil {
		t.Error("no error")
	}
	data := line.MIMEBundle()
	if data["image/svg+xml"] != line.SVG() || data["text/plain"] != line.String() {
		t.Error("the bundle is something else")
	}
	for _, want := range []string{"4 tasks", "1 failed", "PoolWorker-", "panicsOn3 [2]", "three"} {
		if !strings.Contains(line.SVG(), want) {
			t.Errorf("no %q in %s", want, line.SVG())
		}
	}
	if text := line.String(); !strings.Contains(text, "x") || !strings.Contains(text, "│") {
		t.Error(text)
	}
}
