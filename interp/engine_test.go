package interp_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/parago/parago/interp"
)

// A toolchain is one that compiles nothing, but can be chosen.
type toolchain struct {
	ready bool
	fails error // of Prepare
}

func (toolchain) Version() string { return "go1.99" }

func (t *toolchain) Ready() (*interp.Compiled, bool) {
	return &interp.Compiled{Command: []string{os.Args[0], "worker"}, Compiler: t}, t.ready
}

func (t *toolchain) Prepare(_ context.Context, progress func(interp.Progress)) (*interp.Compiled, error) {
	progress(interp.Progress{What: "preparing", Since: time.Now()})
	t.ready = t.fails == nil
	c, _ := t.Ready()
	return c, t.fails
}

func (*toolchain) Compile(context.Context, string, []byte, []string, func(interp.Progress)) ([]interp.Plugin, error) {
	return nil, errors.New("this toolchain compiles nothing")
}

// TestSetEngine chooses engines one after the other.
func TestSetEngine(t *testing.T) {
	missing := errors.New("there is no go command (install Go)")
	type step struct {
		choose interp.Engine
		anew   bool
		err    string
		active interp.Engine // afterwards
	}
	for _, c := range []struct {
		name    string
		options interp.Options
		steps   []step
	}{
		{"without a toolchain", interp.Options{Missing: missing}, []step{
			{"", false, "no engine", interp.Interp},
			{interp.Native, false, "install Go", interp.Interp},
			{interp.Interp, false, "", interp.Interp},
			{interp.Auto, false, "", interp.Interp},
		}},
		{"with one", interp.Options{Toolchain: &toolchain{ready: true}}, []step{
			{interp.Native, false, "", interp.Native},
			{interp.Auto, false, "", interp.Native},
			{interp.Interp, true, "", interp.Interp},
			{interp.Interp, false, "", interp.Interp},
			{"gopher", false, "no engine", interp.Interp},
			{interp.Auto, true, "", interp.Native},
		}},
		{"with one to prepare", interp.Options{Toolchain: &toolchain{}}, []step{
			{interp.Native, false, "", ""},
			{interp.Interp, true, "", interp.Interp},
			{interp.Native, true, "", ""},
			{interp.Auto, false, "", ""},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newSessionWith(t, c.options)
			for _, step := range c.steps {
				chosen := s.Engine().Chosen
				anew, err := s.SetEngine(step.choose)
				switch {
				case err == nil && step.err != "", err != nil && (step.err == "" || !strings.Contains(err.Error(), step.err)):
					t.Fatalf("%q: got error %v, want %q", step.choose, err, step.err)
				case err == nil:
					chosen = step.choose
				}
				if got := s.Engine(); anew != step.anew || got.Active != step.active || got.Chosen != chosen {
					t.Fatalf("%q: anew %v, %+v; want %+v", step.choose, anew, got, step)
				}
			}
		})
	}
}

// TestANewEngineBeginsAnew loses what was declared with the engine, and only then.
func TestANewEngineBeginsAnew(t *testing.T) {
	s := newSessionWith(t, interp.Options{Engine: interp.Interp, Toolchain: &toolchain{ready: true}})
	mustEval(t, s, "x := 42")
	if _, err := s.SetEngine("nonsense"); err == nil {
		t.Error("there is an engine called nonsense")
	}
	if got := mustEval(t, s, "x"); got != "42" {
		t.Errorf("x is %s", got)
	}
	if anew, err := s.SetEngine(interp.Native); err != nil || !anew {
		t.Fatalf("anew %v, %v", anew, err)
	}
	if _, err := eval(t, s, "x"); kind(err) != interp.CheckError {
		t.Errorf("x with another engine: %v", err)
	}
	if anew, err := s.SetEngine(interp.Interp); err != nil || !anew {
		t.Fatalf("anew %v, %v", anew, err)
	}
	if got := mustEval(t, s, "x := 7; x"); got != "7" {
		t.Errorf("x is %s", got)
	}
}

// noticed is a recorder that keeps notices, too.
type noticed struct{ recorder }

func (n *noticed) Display(origin string, d interp.Display) {
	n.Write(origin, interp.Stdout, fmt.Appendf(nil, "%v\n", d.Data["text/plain"]))
}

// TestAToolchainThatFails interprets cells if they need not be compiled, and says why.
func TestAToolchainThatFails(t *testing.T) {
	failure := errors.New("the linker is broken")
	sink := &noticed{}
	s := newSessionWith(t, interp.Options{Toolchain: &toolchain{fails: failure}, Sink: sink})
	if got := mustEval(t, s, "6 * 7"); got != "42" {
		t.Errorf("got %s", got)
	}
	if said := sink.take(); !strings.Contains(said, "preparing") || !strings.Contains(said, "the linker is broken") {
		t.Errorf("said %q", said)
	}
	if got := s.Engine(); got.Active != interp.Interp || got.Why != failure {
		t.Errorf("got %+v", got)
	}
	if anew, err := s.SetEngine(interp.Native); err != nil || !anew {
		t.Fatalf("anew %v, %v", anew, err)
	}
	if _, err := eval(t, s, "6 * 7"); err == nil || !strings.Contains(err.Error(), "the linker is broken") {
		t.Errorf("got %v", err)
	}
}
