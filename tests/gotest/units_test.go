package gotest

import (
	"slices"
	"strings"
	"testing"

	"github.com/parago/parago/interp"
)

func TestRuns(t *testing.T) {
	for source, want := range map[string]bool{
		"// run\n\npackage main\n":                        true,
		"// run -race\n\npackage main\n":                  false,
		"// compile\n\npackage main\n":                    false,
		"// run\n\n//go:build plan9\n\npackage main\n":    false,
		"// run\n\n//go:build !plan9\n\npackage main\n":   true,
		"// run\n\n//go:build go1.21\n\npackage main\n":   true,
		"// run\n\npackage main\n\n// go:build nowhere\n": true,
	} {
		if got := runs(source); got != want {
			t.Errorf("runs(%q) = %v, want %v", source, got, want)
		}
	}
}

// TestSampleIsStable: programs that come or go do not move the others.
func TestSampleIsStable(t *testing.T) {
	var programs []Program
	for _, letter := range strings.Split("abcdefghijklmnopqrstuvwxyz0123", "") {
		programs = append(programs, Program{Name: letter + ".go"})
	}
	sample := Sample(programs, 5)
	if len(sample) != 6 {
		t.Errorf("one in 5 of %d is %d", len(programs), len(sample))
	}
	later := Sample(programs[1:], 5)
	for _, p := range sample {
		if p.Name != "a.go" && !slices.Contains(later, p) {
			t.Errorf("without a.go, %s is not in the sample", p.Name)
		}
	}
	if one := Sample(programs[:1], 5); len(one) != 1 {
		t.Errorf("a folder of one has a sample of %d", len(one))
	}
}

func TestOutputMayBe(t *testing.T) {
	for _, c := range []struct {
		all, stdout, stderr, want string
		may                       bool
	}{
		{"", "", "", "", true},
		{"a\n", "a\n", "", "", false},
		{"", "", "", "a\n", false},
		{"b\na\n", "a\n", "b\n", "a\nb\n", true},
		{"a\nb\n", "a\nb\n", "", "b\na\n", false},
		{"a\na\nb\n", "a\nb\n", "a\n", "a\nb\na\n", true},
		{"a\nc\nb\n", "a\nc\n", "b\n", "a\nb\n", false},
		{"a", "a", "", "a\n", false},
	} {
		if got := (printed{c.all, c.stdout, c.stderr}).may(c.want); got != c.may {
			t.Errorf("stdout %q, stderr %q: may be %q: %v, want %v", c.stdout, c.stderr, c.want, got, c.may)
		}
	}
}

// TestExitEndsTheProgram: a goroutine may call os.Exit(0) when its cell is over.
func TestExitEndsTheProgram(t *testing.T) {
	s := &screen{exit: make(chan struct{})}
	s.Write("1", interp.Stdout, []byte("out\n"))
	s.Write("1", interp.Stderr, []byte("err\nos.Exit(0) was"))
	if s.hasExited() {
		t.Error("half a line is an exit")
	}
	s.Write("1", interp.Stderr, []byte(" called\nlater\n"))
	if got := s.text(); !s.hasExited() || got.stdout != "out\n" || got.stderr != "err\n" || !got.may("out\nerr\n") {
		t.Errorf("exited: %v, %+v", s.hasExited(), got)
	}
	if err := s.awaitExit(errLimit); err != nil {
		t.Error(err)
	}
}

// TestNoticesAreNotOutput: a program is right also if the session compiles what it imports for the first time.
func TestNoticesAreNotOutput(t *testing.T) {
	s := &screen{exit: make(chan struct{})}
	s.Display("1", interp.Display{Data: interp.Bundle{"text/plain": "Compiling"}, DisplayID: interp.NoticeID + "1"})
	s.Display("1", interp.Display{Data: interp.Bundle{"text/plain": "shown"}, DisplayID: "own"})
	if got := s.text().all; got != "shown\n" {
		t.Errorf("prints %q", got)
	}
}
