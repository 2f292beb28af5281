//go:build unix

package procpool_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parago/parago/procpool"
	"github.com/parago/parago/procpool/embed"
)

// origin is what the host of the tests says on whose behalf things are done.
var origin atomic.Value

func currentOrigin() string {
	s, _ := origin.Load().(string)
	return s
}

// A testLinker plays an interpreter's parent side: entries need the variable "x" and,
// before it, a declaration.
type testLinker struct {
	mu      sync.Mutex
	x       int
	version uint64
	sent    []string
	big     []int // that entry sumBig needs
}

var linker testLinker

func (l *testLinker) Link(entry string, has func(string, uint64) bool) ([]embed.Unit, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if strings.HasPrefix(entry, "missing") {
		return nil, fmt.Errorf("nobody knows %s", entry)
	}
	var units []embed.Unit
	if entry == "sumBig" {
		content, err := embed.EncodeVariable(reflect.ValueOf(l.big))
		if err != nil {
			return nil, err
		}
		units = append(units, embed.Unit{Key: "big", Version: content.Version(), Value: true, Content: content})
	}
	for _, u := range []embed.Unit{
		{Key: "decl", Version: 1, Data: []byte("type T int")},
		{Key: "x", Version: l.version, Data: []byte(strconv.Itoa(l.x))},
	} {
		if !has(u.Key, u.Version) {
			units = append(units, u)
			l.sent = append(l.sent, u.Key)
		}
	}
	return units, nil
}

// A testRunner plays its worker's side.
type testRunner struct {
	x      int
	loaded []string
	big    []int
	bigs   int // how often that came
	came   *embed.Content
}

var runner testRunner

func (r *testRunner) Load(u embed.Unit) error {
	r.loaded = append(r.loaded, fmt.Sprint(u.Key, u.Version))
	if u.Content != nil {
		r.came = u.Content
		r.bigs++
	}
	if u.Key == "x" {
		r.x, _ = strconv.Atoi(string(u.Data))
	}
	return nil
}

func (r *testRunner) Lookup(entry string) (reflect.Value, error) {
	if r.came != nil {
		if err := r.came.Decode(reflect.ValueOf(&r.big)); err != nil {
			return reflect.Value{}, err
		}
		r.came = nil
	}
	switch entry {
	case "sumBig":
		return reflect.ValueOf(func(int) []int {
			sum := 0
			for _, x := range r.big {
				sum += x
			}
			return []int{sum, r.bigs}
		}), nil
	case "captures": // a literal that captures something large
		return reflect.ValueOf(func(xs []int) func(int) int { return func(n int) int { return len(xs) + xs[n] } }), nil
	case "addX":
		return reflect.ValueOf(func(n int) int { return n + r.x }), nil
	case "adder": // a literal that captures a number
		return reflect.ValueOf(func(by int, list []string) func(int) string {
			return func(n int) string { return fmt.Sprint(n+by+r.x, list, len(r.loaded)) }
		}), nil
	case "sleeper":
		return reflect.ValueOf(func(d time.Duration) int { time.Sleep(d); return 1 }), nil
	case "gone":
		return reflect.Value{}, fmt.Errorf("it was forgotten")
	}
	return reflect.Value{}, nil
}

func TestFunctionsOfAHost(t *testing.T) {
	linker.x, linker.sent = 100, nil
	linker.version++
	p := newPool(t, 1)
	addX := &embed.Func{Name: "addX", Entry: "addX", Local: func(int) int { panic("not here") }}
	for _, c := range []struct{ x, want int }{{100, 101}, {100, 101}, {200, 201}} {
		if linker.x != c.x {
			linker.x = c.x
			linker.version++
		}
		var out []int
		check(t, p.MapInto(addX, []int{1}, &out))
		if out[0] != c.want {
			t.Errorf("with x = %d: %v, want %d", c.x, out, c.want)
		}
	}
	if s := strings.TrimPrefix(fmt.Sprint(linker.sent), "[decl "); strings.TrimPrefix(s, "[") != "x x]" {
		t.Errorf("the linker gave %s", s)
	}
	list := []string{"a"}
	literal := &embed.Func{Name: "func literal at In[3]:2", Entry: "adder", Factory: true, Captures: []any{10, list}, Local: func(int) string { return "" }}
	v, err := p.Apply(literal, 1)
	if err != nil || v != "211 [a] 3" {
		t.Errorf("%v, %v", v, err)
	}
	_, err = p.Apply(&embed.Func{Name: "lost", Entry: "gone", Local: func() {}})
	if err == nil || !strings.Contains(err.Error(), "it was forgotten") {
		t.Errorf("error %v", err)
	}
	_, err = p.Apply(&embed.Func{Name: "lost", Entry: "missing", Local: func() {}})
	if err == nil || !strings.Contains(err.Error(), "nobody knows") {
		t.Errorf("error %v", err)
	}
	if _, err := p.Apply(addX, "text"); err == nil {
		t.Error("text for a number")
	}
	proc := procpool.NewProcess(&embed.Func{Name: "(*My).Run", Class: "My", Entry: "addX", Local: func(int) int { return 0 }}, 1)
	check(t, proc.Start())
	check(t, proc.Wait())
	if !strings.HasPrefix(proc.Name, "My-") {
		t.Errorf("name %s", proc.Name)
	}
}

// TestLargeVariables has one go to each worker once as long as it stays as it is, and to those that come later.
func TestLargeVariables(t *testing.T) {
	linker.big = slices.Repeat([]int{1}, 1<<19)
	sumBig := &embed.Func{Name: "sumBig", Entry: "sumBig", Local: func(int) []int { return nil }}
	p := newPool(t, 2)
	var out [][]int
	check(t, p.MapInto(sumBig, []int{1}, &out))
	if !slices.Equal(out[0], []int{1 << 19, 1}) {
		t.Errorf("%v", out)
	}
	check(t, p.MapInto(sumBig, []int{1, 2, 3}, &out))
	for _, got := range out {
		if !slices.Equal(got, []int{1 << 19, 1}) {
			t.Errorf("unchanged: %v", out)
		}
	}
	linker.big[7] = 3
	check(t, p.MapInto(sumBig, upTo(100), &out))
	for _, got := range out {
		if got[0] != 1<<19+2 || got[1] > 2 {
			t.Errorf("changed: %v", out)
		}
	}
	later := newPool(t, 1)
	check(t, later.MapInto(sumBig, []int{1}, &out))
	if !slices.Equal(out[0], []int{1<<19 + 2, 1}) {
		t.Errorf("later: %v", out)
	}
}

// TestLargeCaptures has them be those of the moment of the call, also for a stream that runs twice.
func TestLargeCaptures(t *testing.T) {
	t.Parallel()
	xs := slices.Repeat([]int{1}, 1<<19)
	literal := &embed.Func{Name: "func literal at In[3]:2", Entry: "captures", Factory: true, Captures: []any{xs}, Local: func(int) int { return 0 }}
	for _, p := range []*procpool.Pool{newPool(t, 1), newPool(t, 4)} {
		for round := range 3 {
			xs[5] = round
			var out []int
			check(t, p.MapInto(literal, []int{5, 6, 5}, &out))
			if !slices.Equal(out, []int{1<<19 + round, 1<<19 + 1, 1<<19 + round}) {
				t.Errorf("round %d: %v", round, out)
			}
		}
	}
	stream := newPool(t, 2).StreamOf(literal)
	xs[5] = 1000
	for range 2 {
		run := stream.Run(func(put func(any) bool) { n := 5; put(&n) })
		var got int
		if more, err := run.Next(&got); !more || err != nil || got != 1<<19+2 {
			t.Errorf("stream: %d, %v", got, err)
		}
		run.Stop()
	}
}

// Not parallel: it sets the limit for all.
func TestG10_captureThatIsTooLarge(t *testing.T) {
	defer procpool.SetMaxCapture(1 << 20)()
	p := newPool(t, 1)
	literal := func(list []string) *embed.Func {
		return &embed.Func{Name: "func literal at In[3]:2", Entry: "adder", Factory: true, Captures: []any{10, list}, Local: func(int) string { return "" }}
	}
	_, err := p.Apply(literal([]string{strings.Repeat("x", 3<<20)}), 1)
	if err == nil || !strings.Contains(err.Error(), "captured[1] of func literal at In[3]:2, of type []string") || !strings.Contains(err.Error(), "3 MB are more") {
		t.Errorf("error %v", err)
	}
	if v, err := p.Apply(literal([]string{"a"}), 1); err != nil {
		t.Errorf("then %v, %v", v, err)
	}
	if _, err := embed.EncodeVariable(reflect.ValueOf(make([]byte, 2<<20))); err == nil {
		t.Error("a large variable is not refused")
	}
}

func TestH01_interrupt(t *testing.T) {
	p := newPool(t, 2)
	origin.Store("other cell")
	other := procpool.Submit(p, nap, 700*time.Millisecond)
	eventually(t, "the other cell's task runs", func() bool { return len(p.Workers()) > 0 })
	origin.Store("this cell")
	defer origin.Store("")
	proc := start(t, sleepLong)
	q := procpool.NewQueue[int](0)
	errs := make(chan error, 4)
	go func() {
		_, err := procpool.Map(p, nap, []time.Duration{time.Minute, time.Minute, time.Minute})
		errs <- err
	}()
	go func() {
		_, err := q.Get()
		errs <- err
	}()
	go func() { errs <- proc.Wait() }() // H02
	eventually(t, "a task of this cell runs", func() bool {
		busy := 0
		for _, w := range p.Workers() {
			if w.Busy {
				busy++
			}
		}
		return busy == 2 && proc.Alive()
	})
	time.Sleep(20 * time.Millisecond) // the calls above are most likely waiting
	begin := time.Now()
	embed.CancelOrigin("this cell")
	for range 3 {
		if err := <-errs; err == nil {
			t.Error("an interrupted call ended well")
		} else if len(err.Error()) > 200 {
			t.Errorf("a long message: %v", err)
		}
	}
	if d := time.Since(begin); d > 2*time.Second {
		t.Errorf("took %s", d)
	}
	if proc.Alive() {
		t.Error("the process lives")
	}
	if v, err := other.Get(); v != 1 || err != nil {
		t.Errorf("the other cell's task: %d, %v", v, err)
	}
	if _, err := p.Apply(square, 3); !errors.Is(err, procpool.ErrCanceled) {
		t.Errorf("a call after the interrupt: %v", err)
	}
	wantIs(t, procpool.NewProcess(square, 3).Start(), procpool.ErrCanceled)
	embed.AllowOrigin("this cell")
	if v, err := p.Apply(square, 3); v != 9 || err != nil {
		t.Errorf("%v, %v", v, err)
	}
}

func TestB04_outputBelongsToWhoSubmits(t *testing.T) {
	defer origin.Store("")
	p := newPool(t, 2)
	for i := range 20 {
		o := fmt.Sprint("cell ", i)
		origin.Store(o)
		mark := unique("B04") + "\n"
		_, err := procpool.Map(p, printsThenNaps, []string{mark, mark})
		check(t, err)
		capture.mu.Lock()
		got := capture.origins[mark]
		capture.mu.Unlock()
		if fmt.Sprint(got) != fmt.Sprint([]string{o, o}) {
			t.Fatalf("output of %s went to %q", o, got)
		}
	}
}

func TestEncodeAndDecode(t *testing.T) {
	t.Parallel()
	q := procpool.NewQueue[int](0)
	v := map[string]any{"q": []int{1}, "err": context.Canceled}
	data, err := embed.Encode(reflect.ValueOf(&v).Elem())
	check(t, err)
	var out map[string]any
	check(t, embed.Decode(data, reflect.ValueOf(&out)))
	if !reflect.DeepEqual(out, v) {
		t.Errorf("got %v", out)
	}
	data, err = embed.Encode(reflect.ValueOf(q))
	check(t, err)
	var r *procpool.Queue[int]
	check(t, embed.Decode(data, reflect.ValueOf(&r)))
	check(t, r.Put(3))
	if x, _ := q.Get(); x != 3 {
		t.Errorf("got %d", x)
	}
}
