package check

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/parago/parago/interp/cell"
)

// TestAnew runs the sessions in testdata, and checks each cell also as if nothing of the
// session had an object yet, as a program of all declarations: what go/types says of it, what
// the cell is made of, and what is answered to questions then, must be the same.
func TestAnew(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts:", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for i, session := range strings.Split(string(text), "\n== ") {
				s := NewScope(Options{})
				_, cells, _ := strings.Cut(session, "\n")
				for n, src := range strings.Split(cells, "\n--\n") {
					src, _, _ = strings.Cut(src, "\n>>")
					twice(t, s, n+1, src, fmt.Sprintf("session %d, cell %d:\n%s", i, n+1, src))
				}
			}
		})
	}
}

// twice checks a cell in both ways, and commits it.
func twice(t *testing.T, s *Scope, n int, src, what string) {
	c, err := cell.Parse(n, src)
	if err != nil {
		return
	}
	anew, _ := cell.Parse(n, src)
	whole, wholeErr := s.checkIn(anew, nil, false)
	u, err := s.Check(c)
	if fmt.Sprint(err) != fmt.Sprint(wholeErr) {
		t.Errorf("%s\n%v\nas a whole: %v", what, err, wholeErr)
	}
	if err != nil || wholeErr != nil {
		return
	}
	if got, want := contents(u), contents(whole); got != want {
		t.Errorf("%s\ngot:\n%s\nas a whole:\n%s", what, got, want)
	}
	s.Commit(u)
	objects := s.world
	got := answers(s)
	s.world = nil
	want := answers(s)
	s.world = objects
	if got != want {
		t.Errorf("%s\ngot:\n%s\nas a whole:\n%s", what, got, want)
	}
}

// answers are what completion and inspection say of the session's names, and of what is behind
// their dots. How a variable's type is spelled may differ: an alias, names of parameters.
func answers(s *Scope) string {
	var b strings.Builder
	own := func(found Completion) {
		for _, it := range found.Items {
			if it.Kind == "variable" {
				it.Type = ""
			}
			if s.view.name(it.Text) != nil || it.Kind == "method" || it.Kind == "field" {
				fmt.Fprintln(&b, it)
			}
		}
	}
	own(s.Complete("", 0))
	for _, key := range s.view.keys() {
		own(s.Complete(key, len(key)))
		fmt.Fprintln(&b, key)
		own(s.Complete(key+".", len(key)+1))
		for _, text := range []string{key, key + " +", "func f() { x := " + key + "; x }"} {
			found, ok := s.Inspect(text, strings.Index(text, key), 1)
			if found.Kind == "variable" {
				found.Decl = ""
			}
			fmt.Fprintln(&b, found, ok)
		}
	}
	return b.String()
}

// TestQuestionsCostWhatTheyAreAbout holds that a question declares nothing anew but what it is
// about and has been changed.
func TestQuestionsCostWhatTheyAreAbout(t *testing.T) {
	s := NewScope(Options{})
	n := 0
	run := func(src string) {
		n++
		commit(t, s, n, src)
	}
	for i := range 50 {
		run(fmt.Sprintf("type T%[1]d struct{ X int }\nfunc f%[1]d(t T%[1]d) int { return t.X }\nv%[1]d := T%[1]d{}", i))
	}
	run("func (t T7) Late() int { return f7(t) }")
	everything := func(string) bool { return true }
	for text, most := range map[string]int{"v7.": 4, "f3": 0, "": 4} {
		l := s.look(text+cursorName, len(text), everything)
		if got := len(l.build.nodes); got > most {
			t.Errorf("%q: %d declarations are checked anew, want at most %d", text, got, most)
		}
	}
	c, err := cell.Parse(n+1, "f3(v3)")
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.ProgramOf(c)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(p.Files); got > 2 {
		t.Errorf("a cell that calls one function is a program of %d cells", got)
	}
}

// contents tells of a unit what it declares, with types.
func contents(u *Unit) string {
	var b strings.Builder
	for _, d := range u.Decls {
		fmt.Fprintln(&b, d.Name, u.build.words(d.Obj.String()))
	}
	for _, v := range u.Vars {
		fmt.Fprintln(&b, v.Name, u.build.words(v.Obj.String()), v.New)
	}
	if u.Result != nil {
		fmt.Fprintln(&b, u.build.words(fmt.Sprint(u.Info.Types[u.Result].Type)))
	}
	return b.String()
}

// TestGrowth holds that a session's memory grows with its cells, and not with their square:
// functions, variables, types with methods that come later, and what is redeclared.
func TestGrowth(t *testing.T) {
	kinds := map[string]func(i int) []string{
		"functions": func(i int) []string {
			return []string{fmt.Sprintf("func f%d(x int) int { return x + %[1]d }", i), fmt.Sprintf("v%d := f%[1]d(%[1]d)", i)}
		},
		"a chain of functions": func(i int) []string {
			return []string{fmt.Sprintf("func g%d(x int) int { if x > 0 { return g%d(x-1) }; return 0 }", i, max(0, i-1))}
		},
		"a chain of types": func(i int) []string {
			return []string{fmt.Sprintf("type T%d struct { before *T%d; n int }\nvar t%[1]d T%[1]d", i, max(0, i-1))}
		},
		"redeclared": func(i int) []string {
			return []string{fmt.Sprintf("func r(x int) int { return x + %d }", i), fmt.Sprintf("func s() int { return r(%d) }", i)}
		},
	}
	for name, cells := range kinds {
		t.Run(name, func(t *testing.T) {
			s := NewScope(Options{})
			n := 0
			grow := func(rounds int) float64 {
				before := heap()
				first := n
				for range rounds {
					for _, src := range cells(n) {
						commit(t, s, n, src)
					}
					n++
				}
				return float64(heap()-before) / float64(n-first)
			}
			grow(100)
			early := grow(200)
			grow(600)
			late := grow(200)
			t.Logf("%.0f bytes a round after 100, %.0f after 900", early, late)
			if late > 50_000 || late > 2*early+5_000 {
				t.Errorf("a round takes %.0f bytes after 100 of them, and %.0f after 900", early, late)
			}
			runtime.KeepAlive(s)
		})
	}
}

func commit(t *testing.T, s *Scope, n int, src string) {
	t.Helper()
	c, err := cell.Parse(n, src)
	if err != nil {
		t.Fatal(err)
	}
	u, err := s.Check(c)
	if err != nil {
		t.Fatal(err)
	}
	s.Commit(u)
}

// heap is how much memory is live.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
