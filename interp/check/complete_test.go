package check_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/parago/parago/interp/cell"
	"github.com/parago/parago/interp/check"
)

// TestCompletions runs testdata/complete.txt's sessions: below "== title" stand the
// cells of the session, apart by "--"; then each text behind "?" (its cursor is ‸)
// with the completions that there must be, in this order among others.
func TestCompletions(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/cursor/complete.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range strings.Split("\n"+string(text), "\n== ")[1:] {
		title, rest, _ := strings.Cut(block, "\n")
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			parts := strings.Split("\n"+rest, "\n? ")
			s := session(t, parts[0])
			for _, q := range parts[1:] {
				askComplete(t, s, q)
			}
		})
	}
}

func askComplete(t *testing.T, s *check.Scope, q string) {
	src, want, ok := strings.Cut(strings.TrimSpace(q), "\n>>")
	if !ok {
		t.Fatalf("%q: no expectation", q)
	}
	before, after, _ := strings.Cut(src, "‸")
	c := s.Complete(before+after, len([]rune(before)))
	var got []string
	for _, it := range c.Items {
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s", it.Text, it.Kind, it.Type)))
	}
	i := 0
	for _, line := range strings.Split(strings.TrimSpace(want), "\n") {
		if line == "nothing" {
			if len(got) > 0 {
				t.Errorf("%s: want nothing, got %d such as %q", src, len(got), got[0])
			}
			continue
		}
		for i < len(got) && got[i] != line {
			i++
		}
		if i == len(got) {
			t.Errorf("%s: want %q (in order), got:\n%s", src, line, strings.Join(got[:min(len(got), 40)], "\n"))
			return
		}
	}
}

// session commits the cells of a text.
func session(t *testing.T, text string) *check.Scope {
	t.Helper()
	s := check.NewScope(check.Options{})
	for i, src := range strings.Split(text, "\n--\n") {
		c, err := cell.Parse(i+1, src)
		if err != nil {
			t.Fatal(err)
		}
		u, err := s.Check(c)
		if err != nil {
			t.Fatal(err)
		}
		s.Commit(u)
	}
	return s
}
