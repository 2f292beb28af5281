package cell_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"strings"
	"testing"

	"github.com/parago/parago/interp/cell"
)

var update = flag.Bool("update", false, "write what is found into testdata")

// TestParse parses the cells of testdata/parse.txt.
func TestParse(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/parse.txt")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(text), "\n== ")
	out := []string{strings.TrimRight(blocks[0], "\n")}
	for _, block := range blocks[1:] {
		title, rest, _ := strings.Cut(block, "\n")
		src, want, _ := strings.Cut(rest, ">>\n")
		src = strings.TrimRight(src, "\n")
		got := parts(src)
		t.Run(title, func(t *testing.T) {
			if got != strings.TrimRight(want, "\n") && !*update {
				t.Errorf("%s\nwant:\n%s\ngot:\n%s", src, want, got)
			}
		})
		out = append(out, title+"\n"+src+"\n>>\n"+got)
	}
	if *update {
		if err := os.WriteFile("testdata/parse.txt", []byte(strings.Join(out, "\n\n== ")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// parts describes a cell: one line a part, with its position.
func parts(src string) string {
	c, err := cell.Parse(7, src)
	if err != nil {
		return "error " + err.Error()
	}
	var out []string
	add := func(what string, pos token.Pos) {
		p := c.Fset.Position(pos)
		out = append(out, fmt.Sprintf("%s:%d:%d %s", p.Filename, p.Line, p.Column, what))
	}
	for _, s := range c.Imports {
		add("import "+s.Path.Value, s.Pos())
	}
	for _, d := range c.Decls {
		add(declared(d), d.Pos())
	}
	for _, s := range c.Stmts {
		add(strings.TrimPrefix(fmt.Sprintf("%T", s), "*ast."), s.Pos())
	}
	if c.Result != nil {
		add("result "+strings.TrimPrefix(fmt.Sprintf("%T", c.Result), "*ast."), c.Result.Pos())
	}
	if c.HasMain {
		out = append(out, "main")
	}
	if len(out) == 0 {
		return "nothing"
	}
	return strings.Join(out, "\n")
}

func declared(d ast.Decl) string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return strings.TrimSpace("func " + d.Name.Name + " " + strings.TrimSpace(d.Doc.Text()))
	case *ast.GenDecl:
		return d.Tok.String()
	}
	return fmt.Sprintf("%T", d)
}

// TestCompleteness judges the texts of testdata/complete.txt.
func TestCompleteness(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/complete.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, cases, _ := strings.Cut(string(text), "\n\n")
	for len(cases) > 0 {
		src, rest, ok := strings.Cut("\n"+cases, "\n>> ")
		if !ok {
			t.Fatalf("%q: no answer", cases)
		}
		src = strings.TrimPrefix(src, "\n")
		var want string
		want, cases, _ = strings.Cut(rest, "\n")
		status, indent := cell.Completeness(src)
		got := status
		if status == "incomplete" {
			got += fmt.Sprintf(" %q", indent)
		}
		if got != want {
			t.Errorf("%q: want %s, got %s", src, want, got)
		}
	}
}
