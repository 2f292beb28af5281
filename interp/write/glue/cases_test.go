package glue_test

import (
	"go/ast"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parago/parago/interp/check"
	"github.com/parago/parago/interp/write/glue"
)

// A textCase is a cell of a file in testdata: source, ">>", and why it is compiled, nothing
// if it is glue.
type textCase struct{ file, source, reason string }

func readCases(t testing.TB) (all []textCase) {
	files, _ := filepath.Glob("testdata/*.txt")
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range strings.Split(string(b), "\n--\n") {
			source, reason, ok := strings.Cut(block, "\n>>")
			if !ok {
				t.Fatalf("%s: no >> in\n%s", file, block)
			}
			all = append(all, textCase{file, strings.TrimSpace(source), strings.TrimSpace(reason)})
		}
	}
	return all
}

// A trial is a cell that glue takes.
type trial struct {
	source string
	unit   *check.Unit
	p      *glue.Program
}

func TestCases(t *testing.T) {
	h := newHost(t)
	var trials []trial
	for _, c := range readCases(t) {
		u, err := h.check(c.source)
		if err != nil {
			t.Errorf("%s: %s\n%v", c.file, c.source, err)
			continue
		}
		p, reason := glue.Place(u, known{h.table})
		if reason != c.reason {
			t.Errorf("%s: is compiled because of %q, want %q\n%s", c.file, reason, c.reason, c.source)
		}
		if p != nil && reason == c.reason && !packages(u)["github.com/parago/parago/procpool"] {
			trials = append(trials, trial{c.source, u, p})
		}
	}
	try(t, h, trials, func(got, want string) bool { return false })
}

// try runs cells as glue and as compiled Go. What they print must be the same, or alike.
func try(t *testing.T, h *host, trials []trial, alike func(got, want string) bool) {
	var bodies []string
	imports := map[string]bool{}
	for _, c := range trials {
		bodies = append(bodies, compiled(c.unit))
		for path := range packages(c.unit) {
			imports[path] = true
		}
	}
	want := runCompiled(t, bodies, slices.Sorted(maps.Keys(imports)))
	for i, c := range trials {
		if got := h.run(t, c.unit, c.p); !alike(got, want[i]) {
			compare(t, c.source, c.p.Text, got, want[i])
		}
	}
}

// packages are the imports that a cell's statements mention.
func packages(u *check.Unit) map[string]bool {
	paths := map[string]bool{}
	note := func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if p, ok := u.Info.Uses[id].(*types.PkgName); ok {
				paths[p.Imported().Path()] = true
			}
		}
		return true
	}
	for _, s := range u.Stmts {
		ast.Inspect(s, note)
	}
	if u.Result != nil {
		ast.Inspect(u.Result, note)
	}
	return paths
}
