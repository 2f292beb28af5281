package rt

import (
	"fmt"
	"io"
	"os"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// limit is how long anything may take on a slow machine before a test gives up.
const limit = 30 * time.Second

// heard is a host that remembers what it is told.
type heard struct {
	mu       sync.Mutex
	panics   []any
	results  []any
	failures []error
	deep     int // overflows
	output   string
}

func (h *heard) Result(_ *Cell, values []any) {
	h.note(func() { h.results = append(h.results, values...) })
}
func (h *heard) Failed(_ *Cell, err error, _ []uintptr) {
	h.note(func() { h.failures = append(h.failures, err) })
}
func (h *heard) Panicked(_ *Cell, v any, _ []uintptr) {
	h.note(func() { h.panics = append(h.panics, v) })
}
func (h *heard) Overflowed(*Cell, string, []uintptr) {
	h.note(func() { h.deep++ })
}
func (h *heard) Explain(v any, _ []uintptr) string { return fmt.Sprintf("panic: %v\n", v) }
func (h *heard) Exit(*Cell, int)                   {}
func (h *heard) Stdin() io.Reader                  { return strings.NewReader("7 words\n") }
func (h *heard) Output(_ *Cell, text []byte) (int, error) {
	h.note(func() { h.output += string(text) })
	return len(text), nil
}

func (h *heard) note(f func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f()
}

func TestMain(m *testing.M) {
	Use(&heard{})
	os.Exit(m.Run())
}

func told() *heard { return host().(*heard) }

// run runs f as a cell; what it returns is closed when f has ended.
func run(c *Cell, f func()) <-chan struct{} {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		c.Run(f)
	}()
	return ended
}

func wait(t *testing.T, what string, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(limit):
		t.Fatalf("%s: no end", what)
	}
}

// TestHalt halts cells that would never end.
func TestHalt(t *testing.T) {
	var locked sync.Mutex
	var rlocked sync.RWMutex
	var pending sync.WaitGroup
	locked.Lock()
	rlocked.Lock()
	pending.Add(1)
	none, never := chan int(nil), make(chan int)
	for name, f := range map[string]func(){
		"loop": func() {
			for {
				Check()
			}
		},
		"recv":     func() { Recv(never) },
		"recv nil": func() { Recv(none) },
		"recv2":    func() { Recv2(never) },
		"send":     func() { Send(never, 1) },
		"range": func() {
			for range Range(never) {
				t.Error("an element")
			}
		},
		"sleep":     func() { Sleep(time.Hour) },
		"lock":      func() { Lock(&locked) },
		"rwlock":    func() { RWLock(&rlocked) },
		"rlock":     func() { RLock(&rlocked) },
		"waitgroup": func() { WaitGroup(&pending) },
		"select": func() {
			<-Done()
			panic(Halted())
		},
		"recover": func() {
			for {
				func() { defer func() { recover() }(); Check(); panic(1) }()
			}
		},
		"printing": func() {
			for {
				own()
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := NewCell(name)
			begun := make(chan struct{})
			deferred := false
			ended := run(c, func() {
				defer func() {
					for range 10 { // as the cell does, deferred calls come by checks
						Check()
					}
					Sleep(time.Millisecond)
					deferred = true
				}()
				close(begun)
				f()
				t.Error("it has returned")
			})
			wait(t, "begin", begun)
			c.Halt()
			wait(t, "halt", ended)
			if !deferred {
				t.Error("deferred calls did not run")
			}
		})
	}
	locked.Unlock() // whoever waited for a halted cell gives it back
	Lock(&locked)
	rlocked.Unlock()
	RWLock(&rlocked)
	pending.Done()
	quiet(t)
}

// quiet waits until no check takes longer for what was halted.
func quiet(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(limit); stopping.Load() != 0; runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatal("stopping stays on")
		}
	}
}

func TestHaltCutsDeferredLoops(t *testing.T) {
	c := NewCell("")
	begun := make(chan struct{})
	last := false
	ended := run(c, func() {
		defer func() { last = true }()
		defer func() {
			for {
				Check()
			}
		}()
		close(begun)
		for {
			Check()
		}
	})
	wait(t, "begin", begun)
	c.Halt()
	wait(t, "halt", ended)
	if !last {
		t.Error("the first deferred call did not run")
	}
	quiet(t)
}

// TestOthersGoOn halts a cell while a goroutine of an earlier one runs.
func TestOthersGoOn(t *testing.T) {
	ticks, stop := make(chan int), make(chan struct{})
	first := NewCell("first")
	wait(t, "first", run(first, func() {
		go func() {
			defer Guard()
			for i := 0; ; i++ {
				Check()
				select {
				case ticks <- i:
				case <-stop:
					return
				}
			}
		}()
	}))
	second := NewCell("second")
	begun := make(chan struct{})
	ended := run(second, func() {
		close(begun)
		for {
			Check()
		}
	})
	wait(t, "second", begun)
	second.Halt()
	wait(t, "halt", ended)
	before := <-ticks
	if after := <-ticks; after != before+1 {
		t.Errorf("%d after %d", after, before)
	}
	close(stop)
	quiet(t)
}

func TestCellsOfGoroutines(t *testing.T) {
	if Here() != nil || Done() != nil {
		t.Error("the test is a cell")
	}
	told().note(func() { told().output = "" })
	first, second := NewCell("first"), NewCell("second")
	release, printed := make(chan struct{}), make(chan struct{})
	wait(t, "first", run(first, func() {
		go func() {
			defer close(printed)
			<-release
			if Here() != first {
				t.Errorf("a goroutine of the first cell is one of %v", Here())
			}
			Println("late")
			Printf("%d ", 1)
			Print("end")
		}()
	}))
	wait(t, "second", run(second, func() {
		if Here() != second {
			t.Errorf("the second cell is %v", Here())
		}
	}))
	close(release)
	wait(t, "print", printed)
	told().note(func() {
		if want := "late\n1 end"; told().output != want {
			t.Errorf("output %q, want %q", told().output, want)
		}
	})
}

func TestGuard(t *testing.T) {
	told().note(func() { told().panics = nil })
	c := NewCell("")
	ended := make(chan struct{})
	<-run(c, func() {
		go func() {
			defer close(ended)
			defer Guard()
			panic("boom")
		}()
	})
	wait(t, "goroutine", ended)
	told().note(func() {
		if len(told().panics) != 1 || told().panics[0] != "boom" {
			t.Errorf("panics %v", told().panics)
		}
	})
}

// TestGuarded hands functions to goroutines that are of no cell.
func TestGuarded(t *testing.T) {
	told().note(func() { told().panics = nil })
	c := NewCell("")
	var guarded, endless func()
	looping := make(chan struct{})
	<-run(c, func() {
		guarded = Guarded(func() {
			if Here() != c {
				t.Errorf("it is one of %v", Here())
			}
			panic("boom")
		})
		endless = Guarded(func() {
			close(looping)
			for {
				Check()
			}
		})
	})
	guarded()
	if Here() != nil {
		t.Errorf("the test is one of %v", Here())
	}
	told().note(func() {
		if len(told().panics) != 1 {
			t.Errorf("panics %v", told().panics)
		}
	})
	var group sync.WaitGroup
	group.Go(endless)
	wait(t, "begin", looping)
	c.Halt()
	group.Wait()
	quiet(t)
}

func TestWaits(t *testing.T) {
	<-run(NewCell(""), func() {
		c := make(chan int, 3)
		Send(c, 1)
		Send(c, 2)
		if Recv(c) != 1 {
			t.Error("Recv")
		}
		close(c)
		for v := range Range(c) {
			if v != 2 {
				t.Errorf("Range: %d", v)
			}
		}
		if v, ok := Recv2(c); v != 0 || ok {
			t.Error("Recv2 of a closed channel")
		}
		var m sync.Mutex
		var rw sync.RWMutex
		var wg sync.WaitGroup
		n := 0
		for range 100 {
			wg.Go(func() {
				for range 100 {
					Lock(&m)
					n++
					m.Unlock()
					RWLock(&rw)
					rw.Unlock()
					RLock(&rw)
					rw.RUnlock()
				}
			})
		}
		WaitGroup(&wg)
		if n != 10000 {
			t.Errorf("counted to %d", n)
		}
		var number int
		if _, err := Scan(&number); number != 7 || err != nil {
			t.Errorf("Scan: %d %v", number, err)
		}
	})
}

// TestMisuse has a cell of its own: with -race, package sync does not listen to a goroutine
// any more that a nil *WaitGroup has made panic.
func TestMisuse(t *testing.T) {
	<-run(NewCell(""), func() {
		c := make(chan int)
		close(c)
		for name, f := range map[string]func(){"send": func() { Send(c, 3) }, "wait": func() { WaitGroup(nil) }, "lock": func() { Lock(nil) }} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%s does not panic", name)
					}
				}()
				f()
			}()
		}
	})
}

// TestCellsAreForgotten looks at the table of labels: it does not grow with the cells.
func TestCellsAreForgotten(t *testing.T) {
	for range 100 {
		<-run(NewCell(""), func() {})
	}
	for end := time.Now().Add(limit); ; runtime.GC() {
		n := 0
		here.members.Range(func(any, any) bool { n++; return true })
		if n < 50 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d labels after 100 cells", n)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	for range b.N {
		Check()
	}
}

func BenchmarkCheckWhileStopping(b *testing.B) {
	stopping.Store(1)
	defer stopping.Store(0)
	<-run(NewCell(""), func() {
		for range b.N {
			Check()
		}
	})
}

func BenchmarkHere(b *testing.B) {
	<-run(NewCell(""), func() {
		for range b.N {
			Here()
		}
	})
}

func BenchmarkHereOfEarlierCell(b *testing.B) {
	<-run(NewCell(""), func() {
		here.current.Store(nil)
		for range b.N {
			Here()
		}
	})
}

func BenchmarkCell(b *testing.B) {
	for range b.N {
		NewCell("").Run(func() {})
	}
}

func BenchmarkRecv(b *testing.B) {
	c := make(chan int, 1)
	<-run(NewCell(""), func() {
		for range b.N {
			Send(c, 1)
			Recv(c)
		}
	})
}

// TestTested has a test fail whose function panics or ends its goroutine.
func TestTested(t *testing.T) {
	for _, c := range []struct {
		name   string
		f      func(*fakeTest)
		failed bool
		output string
	}{
		{"returns", func(*fakeTest) {}, false, ""},
		{"panics", func(*fakeTest) { panic("boom") }, true, "panic: boom\n"},
		{"fails", func(f *fakeTest) { f.FailNow() }, true, ""},
		{"skips", func(f *fakeTest) { f.skipped = true; runtime.Goexit() }, false, ""},
		{"ends its goroutine", func(*fakeTest) { runtime.Goexit() }, true, "its goroutine has ended before it returned\n"},
		{"is interrupted", func(*fakeTest) { Here().Halt(); Check() }, true, ""},
	} {
		f := &fakeTest{}
		<-run(NewCell(""), func() { Tested(c.f)(f) })
		if f.failed != c.failed || f.output.String() != c.output {
			t.Errorf("one that %s: failed %v with %q", c.name, f.failed, f.output.String())
		}
	}
	if Tested[*fakeTest](nil) != nil {
		t.Error("nil is a function")
	}
}

type fakeTest struct {
	output          strings.Builder
	failed, skipped bool
}

func (f *fakeTest) Output() io.Writer { return &f.output }
func (f *fakeTest) Failed() bool      { return f.failed }
func (f *fakeTest) Skipped() bool     { return f.skipped }
func (f *fakeTest) FailNow()          { f.failed = true; runtime.Goexit() }

// endless calls itself, and has deferred something at its first call.
func endless(n int, deferred func()) int {
	if n == 0 {
		defer deferred()
	}
	CheckCall(Block())
	return endless(n+1, deferred) + 1
}

// Too deep a recursion ends its goroutine, again and again, and no recover sees it.
func TestTooDeepACallEndsTheGoroutine(t *testing.T) {
	for round := range 2 {
		h := told()
		before, seen, returned := h.deep, any("nothing"), false
		<-run(NewCell(""), func() {
			endless(0, func() { seen = recover() })
			returned = true
		})
		if h.deep != before+1 || seen != nil || returned {
			t.Errorf("round %d: the host was told %d times, want once; the deferred call recovered %v; returned: %v", round, h.deep-before, seen, returned)
		}
	}
}

// While a cell is to stop, each call looks whether it is one of its own.
func TestCallsStopWithTheirCell(t *testing.T) {
	c := NewCell("")
	begun := make(chan struct{})
	ended := run(c, func() {
		for i := 0; ; i++ {
			CheckCall(Block())
			if i == 100 {
				close(begun)
			}
		}
	})
	<-begun
	c.Halt()
	select {
	case <-ended:
	case <-time.After(limit):
		t.Fatal("it goes on")
	}
}

type (
	ring    map[string]ring
	nested  []nested
	holder  struct{ X any }
	printed map[string]any // has a method that prints it
	sharped map[string]any // has one for %#v
	node    struct{ next *node }
)

func (printed) String() string   { return "printed" }
func (sharped) GoString() string { return "sharped" }

// What fmt would print without end, and only that, ends the goroutine.
func TestPrintingWithoutEnd(t *testing.T) {
	maps := map[string]any{}
	maps["self"] = maps
	list := []any{1, nil}
	list[1] = list
	rings := ring{}
	rings["r"] = rings
	lists := make(nested, 1)
	lists[0] = lists
	printing, sharp := printed{}, sharped{}
	printing["self"], sharp["self"] = printing, sharp
	circle := &node{}
	circle.next = circle
	far := any(map[string]any{"far": holder{[]any{maps}}})
	for range 50 {
		far = []any{far, 1}
	}
	shared := []any{1, 2}
	for _, c := range []struct {
		format  string
		a       []any
		endless bool
	}{
		{"%v", []any{maps}, true},
		{"%v", []any{&maps}, true},
		{"%+v", []any{1, holder{list}}, true}, // what no verb is for is printed too
		{"%v", []any{list}, true},
		{"%v", []any{rings}, true},
		{"%v", []any{lists}, true},
		{"%v", []any{far}, true},
		{"%d %s", []any{1, maps}, true},
		{"%s", []any{holder{maps}}, true},
		{"%[2]v %[1]v", []any{maps, 1}, true},
		{"%[2]v", []any{maps, 1}, false},
		{"%*d %v", []any{3, 1, maps}, true},
		{"%.[1]*[2]f", []any{3, 1.5}, false},
		{"text", []any{maps}, true},
		{"%T %p", []any{maps, maps}, false},
		{"%% %v", []any{1}, false},
		{"%v", []any{printing}, false},
		{"%d", []any{printing}, true},
		{"%#v", []any{printing}, true},
		{"%#v", []any{sharp}, false},
		{"%v", []any{sharp}, true},
		{"%v", []any{reflect.ValueOf(maps)}, true},
		{"%v", []any{circle}, false},
		{"%v", []any{[]any{shared, shared, []any{}, []any{}}}, false},
		{"%v %v", []any{fmt.Errorf("%w", io.EOF), time.Now()}, false},
		{"%v", []any{nil}, false},
		{"%!", []any{maps}, true},
		{"%", nil, false},
	} {
		if got := repeatsf(c.format, c.a); got != c.endless {
			t.Errorf("%q of %T: got %v, want %v", c.format, c.a, got, c.endless)
		}
	}
	h := told()
	before, returned := h.deep, false
	<-run(NewCell(""), func() {
		Sprint("x", maps)
		returned = true
	})
	if h.deep != before+1 || returned {
		t.Errorf("the host was told %d times, want once; returned: %v", h.deep-before, returned)
	}
}
