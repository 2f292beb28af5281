package vet_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/parago/parago/interp/cell"
	"github.com/parago/parago/interp/check"
	"github.com/parago/parago/interp/vet"
	"github.com/parago/parago/procpool"
)

var update = flag.Bool("update", false, "write what is found into testdata")

// TestFindings looks at the sessions of testdata/findings.txt. A session begins with a line
// "== what it shows", and its cells are set apart by lines "--". Behind ">>" stands what is
// said about its last cell and, behind "session", about what all cells have declared.
func TestFindings(t *testing.T) {
	const file = "testdata/findings.txt"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, sessions, _ := strings.Cut(string(text), "== ")
	var seen strings.Builder
	seen.WriteString(head)
	for _, want := range strings.Split(sessions, "\n== ") {
		want = strings.TrimRight(want, "\n")
		name, rest, _ := strings.Cut(want, "\n")
		source, _, _ := strings.Cut(rest, "\n>>")
		got := name + "\n" + source + "\n>>" + found(t, source)
		fmt.Fprintf(&seen, "== %s\n\n", got)
		if got != want && !*update {
			t.Errorf("want:\n%s\n\ngot:\n%s\n", want, got)
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(strings.TrimRight(seen.String(), "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// found is what is said about the cells of a session.
func found(t *testing.T, source string) string {
	var out strings.Builder
	s := check.NewScope(check.Options{Sources: map[string]fs.FS{"github.com/parago/parago/procpool": procpool.Source}})
	cells := strings.Split(source, "\n--\n")
	for i, src := range cells {
		c, err := cell.Parse(i+1, src)
		if err != nil {
			t.Fatal(err)
		}
		if i == len(cells)-1 {
			p, err := s.ProgramOf(c)
			if err != nil {
				t.Fatalf("%s: %v", src, err)
			}
			for _, f := range vet.Look(p) {
				fmt.Fprintf(&out, "\n%s", f)
			}
		}
		u, err := s.Check(c)
		if err != nil {
			t.Fatalf("%s: %v", src, err)
		}
		s.Commit(u)
	}
	out.WriteString("\nsession")
	for _, f := range vet.Look(s.Program()) {
		fmt.Fprintf(&out, "\n%s", f)
	}
	return out.String()
}
