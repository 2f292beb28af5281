package check_test

import (
	"errors"
	"flag"
	"fmt"
	"go/types"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parago/parago/interp/cell"
	"github.com/parago/parago/interp/check"
)

var update = flag.Bool("update", false, "write what is found into the transcripts")

// TestTranscripts runs the sessions in testdata. A session begins with a line
// "== what it shows"; its cells are set apart by lines "--". Under a cell, behind a
// line ">>", stands what becomes of it: its errors, or its declarations and variables
// as the interpreter calls them, the type of its result, and notes to the user.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts:", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := replay(string(text))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			compare(t, string(text), got)
		})
	}
}

// compare shows each session that differs, both ways.
func compare(t *testing.T, want, got string) {
	w, g := strings.Split(want, "\n== "), strings.Split(got, "\n== ")
	for i := range w {
		if i < len(g) && w[i] != g[i] {
			t.Errorf("want:\n%s\n\ngot:\n%s\n", w[i], g[i])
		}
	}
	if len(w) != len(g) {
		t.Errorf("%d sessions became %d", len(w), len(g))
	}
}

// replay returns the transcript with what is found now in place of what was expected.
func replay(text string) string {
	var out, src strings.Builder
	var s *check.Scope
	n, answer := 0, false
	flush := func() {
		if s == nil {
			return
		}
		n++
		text := strings.TrimRight(src.String(), "\n") + "\n"
		out.WriteString(text)
		if got := outcome(s, n, text); got != "" {
			out.WriteString(">>\n" + got)
		}
		src.Reset()
		answer = false
	}
	for line := range strings.Lines(text) {
		switch trimmed := strings.TrimRight(line, "\n"); {
		case strings.HasPrefix(line, "== "):
			flush()
			if s != nil {
				out.WriteString("\n")
			}
			out.WriteString(line)
			s, n = check.NewScope(check.Options{}), 0
		case s == nil:
			out.WriteString(line)
		case trimmed == "--":
			flush()
			out.WriteString(line)
		case trimmed == ">>":
			answer = true
		case !answer:
			src.WriteString(line)
		}
	}
	flush()
	return out.String()
}

// outcome checks a cell, commits it, and says what it came to.
func outcome(s *check.Scope, n int, src string) string {
	c, err := cell.Parse(n, src)
	if err != nil {
		return "error " + err.Error() + "\n"
	}
	u, err := s.Check(c)
	var list check.Errors
	if errors.As(err, &list) {
		var out strings.Builder
		for _, e := range list {
			fmt.Fprintf(&out, "error %s\n", strings.ReplaceAll(e.Error(), "\n", "\n      "))
		}
		return out.String()
	}
	if err != nil {
		return "unexpected " + err.Error() + "\n"
	}
	s.Commit(u)
	return render(u)
}

func render(u *check.Unit) string {
	var out strings.Builder
	if len(u.Decls) > 0 {
		var names []string
		for _, d := range u.Decls {
			names = append(names, d.Name)
		}
		fmt.Fprintf(&out, "decls %s\n", strings.Join(names, ", "))
	}
	if len(u.Vars) > 0 {
		var vars []string
		for _, v := range u.Vars {
			s := v.Name + " " + typeName(v.Obj.Type())
			if v.New {
				s += " (new)"
			}
			vars = append(vars, s)
		}
		fmt.Fprintf(&out, "vars %s\n", strings.Join(vars, ", "))
	}
	if len(u.Inits) > 0 {
		fmt.Fprintf(&out, "inits %d\n", len(u.Inits))
	}
	if u.RunMain {
		fmt.Fprintf(&out, "main\n")
	}
	if u.Result != nil {
		tv := u.Info.Types[u.Result]
		name := "no value"
		if tv.Type != nil && !tv.IsVoid() {
			name = typeName(tv.Type)
		}
		fmt.Fprintf(&out, "result %s\n", name)
	}
	for _, note := range u.Notes {
		fmt.Fprintf(&out, "note %s\n", note)
	}
	return out.String()
}

func typeName(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p.Path() == check.Path {
			return ""
		}
		return p.Name()
	})
}
