package tests

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/parago/parago/interp/cell"
)

// A textCase is a case of testdata/cells, as python/test_cells.py reads it.
type textCase struct {
	name, group string
	cells       []string
	want        string
}

// notOrdinary are the groups whose cells mean something that no program of compiled Go says.
var notOrdinary = []string{"redeclare", "results", "cells", "errors"}

// TestCellsPrintWhatCompiledGoPrints compiles the cases of plain Go with the real
// compiler: what the cells are expected to print is what Go prints, and no habit of ours.
func TestCellsPrintWhatCompiledGoPrints(t *testing.T) {
	t.Parallel()
	library := standardPackages(t)
	for _, file := range []string{"language", "library"} {
		for _, c := range readCases(t, filepath.Join("testdata", "cells", file+".txt")) {
			if slices.Contains(notOrdinary, c.group) || strings.HasPrefix(c.want, "ERR") {
				continue
			}
			t.Run(file+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				program := c.program(t)
				if got := trimLines(compileAndRun(t, library, program)); got != trimLines(c.want) {
					t.Errorf("compiled Go prints\n%s\nthe case wants\n%s", got, c.want)
				}
			})
		}
	}
}

func readCases(t *testing.T, file string) (cases []textCase) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range regexp.MustCompile(`(?m)^== `).Split(string(data), -1)[1:] {
		head, rest, _ := strings.Cut(block, "\n")
		name, group, _ := strings.Cut(head, "|")
		source, want, _ := strings.Cut(rest, "\n>>\n")
		cells := regexp.MustCompile(`(?m)^--\n`).Split(source+"\n", -1)
		cases = append(cases, textCase{strings.TrimSpace(name), strings.TrimSpace(group), cells, strings.TrimSpace(want)})
	}
	return cases
}

// program is the cells as one program. Each cell is a block inside the former one's, so
// that it sees its variables and may declare their names anew. The last expression is
// printed if it is not a call for its effect.
func (c textCase) program(t *testing.T) string {
	var decls, body strings.Builder
	for n, source := range c.cells {
		parsed, err := cell.Parse(n+1, source)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			fmt.Fprintln(&decls, text(t, parsed.Fset, d))
		}
		fmt.Fprintln(&body, "{")
		for _, s := range parsed.Stmts {
			fmt.Fprintln(&body, text(t, parsed.Fset, s))
			for _, name := range declared(s) {
				fmt.Fprintln(&body, "_ =", name)
			}
		}
		if parsed.Result != nil {
			form := "%s\n"
			if _, call := parsed.Result.(*ast.CallExpr); !call {
				form = "fmt.Println(%s)\n"
			}
			fmt.Fprintf(&body, form, text(t, parsed.Fset, parsed.Result))
		}
	}
	return decls.String() + "func main() {\n" + body.String() + strings.Repeat("}\n", len(c.cells)+1)
}

func text(t *testing.T, fset *token.FileSet, node any) string {
	var b bytes.Buffer
	if err := format.Node(&b, fset, node); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// declared lists the variables of a statement of the top level, which cells need not use.
func declared(s ast.Stmt) (names []string) {
	add := func(e ast.Expr) {
		if id, ok := e.(*ast.Ident); ok && id.Name != "_" {
			names = append(names, id.Name)
		}
	}
	switch s := s.(type) {
	case *ast.AssignStmt:
		if s.Tok == token.DEFINE {
			for _, e := range s.Lhs {
				add(e)
			}
		}
	case *ast.DeclStmt:
		ast.Inspect(s, func(n ast.Node) bool {
			if v, ok := n.(*ast.ValueSpec); ok {
				for _, name := range v.Names {
					add(name)
				}
			}
			return true
		})
	}
	return names
}

// compileAndRun adds the imports to a program and returns what it prints.
func compileAndRun(t *testing.T, library map[string]string, program string) string {
	parsed, err := parser.ParseFile(token.NewFileSet(), "", "package main\n"+program, 0)
	if err != nil {
		t.Fatalf("%v\n%s", err, program)
	}
	imports := map[string]bool{}
	for _, id := range parsed.Unresolved {
		if p, ok := library[id.Name]; ok {
			imports[p] = true
		}
	}
	source := "package main\n"
	for p := range imports {
		source += fmt.Sprintf("import %q\n", p)
	}
	dir := t.TempDir()
	for name, data := range map[string]string{"main.go": source + program, "go.mod": "module cells\n\ngo 1.26\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "run", ".")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go run: %v\n%s\n%s", err, out, source+program)
	}
	return string(out)
}

// standardPackages maps names of the library's packages to their paths, for shared names
// the shortest.
func standardPackages(t *testing.T) map[string]string {
	out, err := exec.Command("go", "list", "std").Output()
	if err != nil {
		t.Fatal(err)
	}
	paths := map[string]string{}
	for _, p := range strings.Fields(string(out)) {
		name := path.Base(p)
		if old := paths[name]; !strings.Contains(p, "internal") && !strings.HasPrefix(p, "vendor/") && (old == "" || len(p) < len(old)) {
			paths[name] = p
		}
	}
	return paths
}

func trimLines(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}
