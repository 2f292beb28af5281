package replay

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parago/parago/interp/cell"
	"github.com/parago/parago/interp/celltest"
)

// Compare compiles the cases that are marked [go], as one program in which each is a package,
// and runs it for each case: what cells are expected to print is what Go prints, and no habit
// of ours. A result of a cell is printed; a case ends with the function that prints it.
func Compare(t *testing.T, pattern string) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command: expectations are compared with Go where there is one")
	}
	t.Parallel()
	var cases []*celltest.Case
	for _, f := range celltest.Files(t, pattern) {
		cases = append(cases, slices.DeleteFunc(f.Cases, func(c *celltest.Case) bool { return !c.Marked("go") })...)
	}
	program := build(t, cases)
	for n, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			out, err := exec.Command(program, fmt.Sprint(n)).Output()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			types := strings.NewReplacer("cases/"+packageName(n)+".", "main.", packageName(n)+".", "main.")
			got := types.Replace(string(out))
			if want := printed(c); lines(got) != lines(want) {
				t.Errorf("compiled Go prints\n%s\nthe case wants\n%s", got, want)
			}
		})
	}
}

// packageName is that of the n-th case, as long as "main", for columns.
func packageName(n int) string { return fmt.Sprintf("m%03d", n) }

// printed is what a program prints where the cells of a case answer what they do.
func printed(c *celltest.Case) string {
	var b strings.Builder
	for _, cell := range c.Cells {
		for line := range strings.SplitSeq(cell.Want, "\n") {
			if line != "." {
				b.WriteString(strings.TrimPrefix(line, "= ") + "\n")
			}
		}
	}
	return b.String()
}

// lines leaves out spaces at ends of lines and lines without anything at the end.
func lines(s string) string {
	all := strings.Split(strings.TrimSpace(s), "\n")
	for i := range all {
		all[i] = strings.TrimRight(all[i], " ")
	}
	return strings.Join(all, "\n")
}

// build builds the program of all cases.
func build(t *testing.T, cases []*celltest.Case) string {
	dir, library := t.TempDir(), standardPackages(t)
	write := func(name, text string) {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module cases\n\ngo 1.26\n")
	main := "package main\n\nimport \"os\"\n"
	var calls strings.Builder
	for n, c := range cases {
		name := packageName(n)
		write(name+"/case.go", packageOf(t, name, c, library))
		main += fmt.Sprintf("import \"cases/%s\"\n", name)
		fmt.Fprintf(&calls, "\tcase \"%d\": %s.Main()\n", n, name)
	}
	write("main.go", main+"\nfunc main() {\n\tswitch os.Args[1] {\n"+calls.String()+"\t}\n}\n")
	program := filepath.Join(dir, "cases.exe")
	cmd := exec.Command("go", "build", "-ldflags=-s -w", "-o", program, ".")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return program
}

// packageOf is the cells as one package. Each cell is a block inside the former one's, so
// that it sees its variables and may declare their names anew. Variables whose names begin
// with a capital letter are the package's, for functions to mention.
func packageOf(t *testing.T, name string, c *celltest.Case, library map[string]string) string {
	var decls, body strings.Builder
	imports := map[string]bool{}
	for n, source := range c.Cells {
		parsed, err := cell.Parse(n+1, source.Source)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range parsed.Imports {
			imports[text(t, parsed.Fset, i)] = true
		}
		for _, d := range parsed.Decls {
			fmt.Fprintln(&decls, text(t, parsed.Fset, d))
		}
		fmt.Fprintln(&body, "{")
		for _, s := range parsed.Stmts {
			if global(s) {
				fmt.Fprintln(&decls, text(t, parsed.Fset, s))
				continue
			}
			fmt.Fprintln(&body, text(t, parsed.Fset, s))
			for _, v := range declared(s) {
				fmt.Fprintln(&body, "_ =", v)
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
	program := decls.String() + "func Main() {\n" + body.String() + strings.Repeat("}\n", len(c.Cells)+1)
	return "package " + name + "\n" + importsOf(t, program, imports, library) + program
}

// importsOf are the imports of the cells, and of packages that a program mentions without.
func importsOf(t *testing.T, program string, imports map[string]bool, library map[string]string) string {
	parsed, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+program, 0)
	if err != nil {
		t.Fatalf("%v\n%s", err, program)
	}
	for _, id := range parsed.Unresolved {
		if p, ok := library[id.Name]; ok && !strings.Contains(strings.Join(slices.Collect(maps.Keys(imports)), "\n"), "/"+id.Name+`"`) {
			imports[fmt.Sprintf("%q", p)] = true
		}
	}
	var b strings.Builder
	for _, i := range slices.Sorted(maps.Keys(imports)) {
		b.WriteString("import " + i + "\n")
	}
	return b.String()
}

func text(t *testing.T, fset *token.FileSet, node any) string {
	var b bytes.Buffer
	if err := format.Node(&b, fset, node); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// global reports whether a statement declares variables that functions mention.
func global(s ast.Stmt) bool {
	d, ok := s.(*ast.DeclStmt)
	return ok && slices.ContainsFunc(declared(d), ast.IsExported)
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
