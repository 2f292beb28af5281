package interpreted_test

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parago/parago/interp/cell"
)

// TestCasesAreGo runs the cases as Go programs, all cells of a case in one, so that no
// expectation is wrong. Cases of files whose name begins with cell_ use what only cells
// can do; cases that expect an error are not run.
func TestCasesAreGo(t *testing.T) {
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go command: expectations are compared with Go where there is one")
	}
	if testing.Short() {
		t.Skip("builds many programs")
	}
	files, _ := filepath.Glob("testdata/*.txt")
	for _, file := range files {
		if strings.HasPrefix(filepath.Base(file), "cell_") {
			continue
		}
		compareWithGo(t, goTool, readCases(t, file))
	}
}

// compareWithGo builds one program of all cases: each is a package of its own.
func compareWithGo(t *testing.T, goTool string, cases []textCase) {
	dir := t.TempDir()
	write := func(name, text string) {
		os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module cases\n\ngo 1.26\n")
	for i, c := range cases {
		if !strings.HasPrefix(strings.TrimSpace(c.want), "ERR") {
			write(fmt.Sprintf("c%d/main.go", i), program(t, c))
		}
	}
	bin := filepath.Join(dir, "bin")
	os.Mkdir(bin, 0o755)
	build := exec.Command(goTool, "build", "-p", "2", "-o", bin, "./...")
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for i, c := range cases {
		if strings.HasPrefix(strings.TrimSpace(c.want), "ERR") {
			continue
		}
		out, err := exec.Command(filepath.Join(bin, fmt.Sprintf("c%d", i))).Output()
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if squeeze(string(out)) != squeeze(c.want) {
			t.Errorf("%s: Go prints\n%s\nwant\n%s", c.name, out, c.want)
		}
	}
}

// program is all cells of a case as one Go program.
func program(t *testing.T, c textCase) string {
	var imports, decls, body strings.Builder
	seen := map[string]bool{}
	for i, src := range c.cells {
		p, err := cell.Parse(i+1, src)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		text := func(n any) string {
			var b strings.Builder
			if err := format.Node(&b, p.Fset, n); err != nil {
				t.Fatal(err)
			}
			return b.String()
		}
		for _, im := range p.Imports {
			if s := text(im); !seen[s] {
				seen[s] = true
				imports.WriteString("import " + s + "\n")
			}
		}
		for _, d := range p.Decls {
			decls.WriteString(text(d) + "\n")
		}
		for _, s := range p.Stmts {
			if d, ok := s.(*ast.DeclStmt); ok && ast.IsExported(declared(s)[0]) { // functions mention it
				decls.WriteString(text(d.Decl) + "\n")
				continue
			}
			body.WriteString(text(s) + "\n")
			for _, name := range declared(s) {
				body.WriteString("_ = " + name + "\n")
			}
		}
		if p.Result != nil {
			body.WriteString(text(p.Result) + "\n")
		}
	}
	return "package main\n" + imports.String() + decls.String() + "func main() {\n" + body.String() + "}\n"
}

func declared(s ast.Stmt) []string {
	var names []string
	add := func(e ast.Expr) {
		if id, ok := e.(*ast.Ident); ok && id.Name != "_" {
			names = append(names, id.Name)
		}
	}
	switch s := s.(type) {
	case *ast.AssignStmt:
		if s.Tok == token.DEFINE {
			for _, l := range s.Lhs {
				add(l)
			}
		}
	case *ast.DeclStmt:
		for _, sp := range s.Decl.(*ast.GenDecl).Specs {
			if v, ok := sp.(*ast.ValueSpec); ok {
				for _, n := range v.Names {
					add(n)
				}
			}
		}
	}
	return names
}
