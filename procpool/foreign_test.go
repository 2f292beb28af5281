//go:build unix

package procpool_test

import (
	"context"
	"errors"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parago/parago/procpool"
)

// released is closed when all tests are over, for methods that do not end before.
var released = make(chan struct{})

// A hostile is an error one of whose methods does Harm: what its name says.
type hostile struct{ Method, Harm string }

func (e *hostile) harm(method string) {
	if e.Method != method {
		return
	}
	switch e.Harm {
	case "panics":
		var p *hostile
		p.Harm = ""
	case "exits":
		runtime.Goexit()
	case "blocks":
		<-released
	case "recurses":
		panic(e)
	}
}

func (e *hostile) Error() string { e.harm("Error"); return "hostile" }
func (e *hostile) Is(error) bool { e.harm("Is"); return false }
func (e *hostile) As(any) bool   { e.harm("As"); return false }
func (e *hostile) Unwrap() error { e.harm("Unwrap"); return nil }

// A wide error wraps itself twice, without end.
type wide struct{}

func (e *wide) Error() string   { return "wide" }
func (e *wide) Unwrap() []error { return []error{e, e} }

// harmful returns or panics with such an error.
func harmful(ctx context.Context, e hostile) (int, error) {
	switch {
	case e.Method == "":
		return 1, nil
	case e.Method == "wide":
		return 0, &wide{}
	case e.Method == "late":
		<-ctx.Done()
		e.Method = "Unwrap"
	}
	return 0, &e
}

func initializesHarmfully(e hostile) error { return &e }

var foreignFuncs = []any{harmful, initializesHarmfully, panicsHarmfully}

func init() { procpool.RegisterType(reflect.TypeFor[hostile]()) }

var harms = func() (all []hostile) {
	for _, method := range []string{"Error", "Is", "As", "Unwrap"} {
		for _, harm := range []string{"panics", "exits", "blocks", "recurses"} {
			all = append(all, hostile{method, harm})
		}
	}
	return append(all, hostile{"wide", ""})
}()

// TestErrorsWithBadMethods sees that an error whose methods panic or do not end is the task's, that
// nothing else is hurt, and that it can be printed.
func TestErrorsWithBadMethods(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]procpool.PoolOption{"workers": nil, "Serial": {procpool.Serial()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPool(t, 4, options...)
			xs := append([]hostile{{}}, harms...)
			out, err := procpool.TryMap(p, harmful, xs, procpool.Trace(&procpool.Timeline{}))
			errs, ok := err.(interface{ Unwrap() []error })
			if !ok || len(errs.Unwrap()) != len(harms) || out[0] != 1 {
				t.Fatalf("%v, %v", out, err)
			}
			for i, err := range errs.Unwrap() {
				e, ok := err.(*procpool.TaskError)
				if !ok || e.Index != i+1 || strings.Contains(e.Error(), "Goexit") || strings.Contains(e.Error(), "died") {
					t.Errorf("%v: %v", harms[i], err)
				}
			}
			if out, err := procpool.TryMap(p, harmful, []hostile{{}}); err != nil || out[0] != 1 {
				t.Errorf("then %v, %v", out, err)
			}
		})
	}
}

// TestLateErrorsWithBadMethods has them come from a function whose time is up, which looks at them.
func TestLateErrorsWithBadMethods(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1)
	for _, harm := range []string{"panics", "exits"} {
		_, err := procpool.TryMap(p, harmful, []hostile{{"late", harm}}, procpool.Timeout(time.Millisecond))
		if err == nil || strings.Contains(err.Error(), "Goexit") {
			t.Errorf("%s: %v", harm, err)
		}
	}
}

func TestInitializersWithBadErrors(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]procpool.PoolOption{"workers": nil, "Serial": {procpool.Serial()}} {
		for _, e := range []hostile{{"Error", "panics"}, {"Error", "blocks"}, {"Unwrap", "panics"}} {
			t.Run(name+" "+e.Method+" "+e.Harm, func(t *testing.T) {
				t.Parallel()
				p := newPool(t, 1, append(options, procpool.Initializer(initializesHarmfully, e))...)
				_, err := procpool.Map(p, square, []int{1})
				wantIs(t, err, procpool.ErrBroken)
				if strings.Count(err.Error(), "procpool: ") != 1 {
					t.Errorf("error %v", err)
				}
			})
		}
	}
}

// panicsHarmfully panics with an error, or with another value, whose methods do what e says.
func panicsHarmfully(e hostile) int {
	if e.Method == "String" {
		panic(texts(e))
	}
	panic(&e)
}

// texts has the String of a hostile error.
type texts hostile

func (t texts) String() string {
	(*hostile)(&t).harm("String")
	return "text"
}

// TestPanicsWithBadMethods has values whose methods panic or do not end be what a task panics with.
func TestPanicsWithBadMethods(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]procpool.PoolOption{"workers": nil, "Serial": {procpool.Serial()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPool(t, 2, options...)
			for _, method := range []string{"Error", "String"} {
				for _, harm := range []string{"panics", "exits", "blocks"} {
					want := "methods panic or do not end"
					if method == "String" && harm == "panics" {
						want = "PANIC=String method" // as package fmt has it
					}
					_, err := procpool.Submit(p, panicsHarmfully, hostile{method, harm}).Get()
					var e *procpool.RemotePanic
					if !errors.As(err, &e) || !strings.Contains(err.Error(), want) {
						t.Errorf("%s %s: %v", method, harm, err)
					}
				}
			}
		})
	}
}

// A heeded is an error whose Is tells when it is called, and waits until it may answer.
type heeded struct {
	called, answer chan struct{}
	once           sync.Once
}

func (h *heeded) Error() string { return "heeded" }

func (h *heeded) Is(error) bool {
	h.once.Do(func() { close(h.called) })
	<-h.answer
	return true
}

// TestErrorsAreLookedAtWithoutTheLock uses the pool while a method of a user's error is running.
func TestErrorsAreLookedAtWithoutTheLock(t *testing.T) {
	t.Parallel()
	looks := map[string]func(f *procpool.Future[int], spans *procpool.Timeline) bool{
		"State": func(f *procpool.Future[int], _ *procpool.Timeline) bool { return f.State() == procpool.Cancelled },
		"Spans": func(_ *procpool.Future[int], line *procpool.Timeline) bool {
			spans := line.Spans()
			return len(spans) == 1 && spans[0].Outcome == procpool.OutcomeCanceled
		},
	}
	for name, look := range looks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPool(t, 1)
			h := &heeded{called: make(chan struct{}), answer: make(chan struct{})}
			ctx, cancel := context.WithCancelCause(context.Background())
			cancel(h)
			var line procpool.Timeline
			f := procpool.Submit(p.WithContext(ctx), square, 1, procpool.Trace(&line))
			<-f.Done()
			found := make(chan bool)
			go func() { found <- look(f, &line) }()
			<-h.called
			p.Stats() // or Is is given up before it answers
			close(h.answer)
			if !<-found {
				t.Error("the pool was locked")
			}
		})
	}
}
