package cell

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"hash/fnv"
	"math/bits"
	"sort"
	"strings"
)

// Parse parses the source of cell n. Imports, declarations, statements and a last
// expression may stand in any order; package clauses are ignored. The error is an
// *Error that holds the first thing wrong in the text. Parse never panics.
func Parse(n int, src string) (*Cell, error) {
	src = Plain(src)
	c := &Cell{N: n, Source: src, Fset: token.NewFileSet()}
	c.Fset.AddFile("", base(n, src), 0)
	items, problems := split(src)
	p := &parsing{cell: c, items: items}
	for _, x := range problems {
		p.fail(x.offset, x.msg)
	}
	p.imports()
	p.decls()
	p.stmts()
	if err := p.first(); err != nil {
		return nil, err
	}
	return c, nil
}

// Plain is a text without the byte order mark that some editors put in front of one: blanks
// stand in its place, so that all else stays where it is.
func Plain(src string) string {
	const mark = "\ufeff"
	if rest, ok := strings.CutPrefix(src, mark); ok {
		return strings.Repeat(" ", len(mark)) + rest
	}
	return src
}

// base is where the positions of a cell begin. Different cells have different ones,
// so that one type checker can be given the declarations of many.
func base(n int, src string) int {
	if bits.UintSize < 64 {
		return 1
	}
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %s", n, src)
	return int(h.Sum64()>>28)<<26 + 1
}

// parsing collects the parts of a cell and the errors in them.
type parsing struct {
	cell   *Cell
	items  []item
	errors []*Error

	partial bool // keep what has errors
}

func (p *parsing) imports() {
	f := p.parse("package main;", "", importItem)
	if f == nil {
		return
	}
	p.cell.Imports = f.Imports
}

func (p *parsing) decls() {
	f := p.parse("package main;", "", declItem)
	if f == nil {
		return
	}
	p.cell.Decls = f.Decls
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		if fn.Body == nil {
			p.fail(p.offset(fn.End()), "missing function body")
		}
		if fn.Recv == nil && fn.Name.Name == "main" {
			p.cell.HasMain = true
		}
	}
}

func (p *parsing) stmts() {
	f := p.parse("package main;func _(){", "\n}", stmtItem)
	if f == nil {
		return
	}
	fn, ok := f.Decls[0].(*ast.FuncDecl)
	if !ok || fn.Body == nil {
		return
	}
	list := fn.Body.List
	if last := len(list) - 1; len(f.Decls) == 1 && last >= 0 {
		e, ok := list[last].(*ast.ExprStmt)
		switch {
		case !ok:
		case !p.semicolon():
			list, p.cell.Result = list[:last], e.X
		case isValue(e.X):
			list[last] = discard(e.X)
		}
	}
	p.cell.Stmts = inOrder(p.cell.Decls, list)
}

// semicolon reports whether the last statement is ended by a ";" that the user wrote.
func (p *parsing) semicolon() bool {
	for i := len(p.items) - 1; i >= 0; i-- {
		if p.items[i].kind == stmtItem {
			return p.items[i].semicolon
		}
	}
	return false
}

// parse parses the items of one kind, in a file of their own whose text is as long
// as the source, between a head and a tail. It returns nil if there are no such
// items or they have errors.
func (p *parsing) parse(head, tail string, kind kind) *ast.File {
	if !p.has(kind) {
		return nil
	}
	name := fmt.Sprintf("In[%d]", p.cell.N)
	head += "\n"
	text := head + keep(p.cell.Source, p.items, kind) + tail
	f, err := parser.ParseFile(p.cell.Fset, name, text, parser.ParseComments|parser.SkipObjectResolution|parser.AllErrors)
	var list scanner.ErrorList
	if errors.As(err, &list) {
		for _, e := range list {
			p.fail(e.Pos.Offset-len(head), e.Msg)
		}
		if !p.partial || f == nil || len(f.Decls) == 0 {
			return nil
		}
	}
	p.cell.Fset.File(f.Package).AddLineColumnInfo(len(head), name, 1, 1)
	for _, group := range f.Comments {
		for _, c := range group.List {
			if strings.HasPrefix(c.Text, embedDirective) {
				p.fail(p.offset(c.Pos()), "go:embed is not supported in cells: read the file when the cell runs, as os.ReadFile and os.DirFS do")
			}
		}
	}
	return f
}

// embedDirective has the go command put a file into a program. Cells are compiled without it, so
// the variable would be empty.
const embedDirective = "//go:embed"

func (p *parsing) has(kind kind) bool {
	for _, it := range p.items {
		if it.kind == kind {
			return true
		}
	}
	return false
}

// offset is where pos lies in the source.
func (p *parsing) offset(pos token.Pos) int {
	at := p.cell.Fset.Position(pos)
	return lineStart(p.cell.Source, at.Line) + at.Column - 1
}

// fail notes an error at an offset of the source.
func (p *parsing) fail(offset int, msg string) {
	src := p.cell.Source
	end := len(strings.TrimRight(src, " \t\r\n"))
	if offset >= end {
		msg = strings.Replace(msg, "found '}'", "found 'EOF'", 1) // the brace is ours
	}
	offset = max(0, min(offset, end))
	line := 1 + strings.Count(src[:offset], "\n")
	text, _, _ := strings.Cut(src[lineStart(src, line):], "\n")
	p.errors = append(p.errors, &Error{
		Pos: token.Position{
			Filename: fmt.Sprintf("In[%d]", p.cell.N),
			Offset:   offset,
			Line:     line,
			Column:   1 + offset - lineStart(src, line),
		},
		Msg: msg + meant(msg, strings.TrimSpace(text)),
	})
}

// first returns the error that comes first in the text, or nil.
func (p *parsing) first() error {
	if len(p.errors) == 0 {
		return nil
	}
	sort.SliceStable(p.errors, func(i, j int) bool { return p.errors[i].Pos.Offset < p.errors[j].Pos.Offset })
	return p.errors[0]
}

// lineStart is the offset at which a line, counted from 1, begins.
func lineStart(src string, line int) int {
	at := 0
	for ; line > 1; line-- {
		i := strings.IndexByte(src[at:], '\n')
		if i < 0 {
			return len(src)
		}
		at += i + 1
	}
	return at
}

// discard makes a statement of an expression whose value nobody wants.
func discard(x ast.Expr) ast.Stmt {
	blank := &ast.Ident{NamePos: x.Pos(), Name: "_"}
	return &ast.AssignStmt{Lhs: []ast.Expr{blank}, TokPos: x.Pos(), Tok: token.ASSIGN, Rhs: []ast.Expr{x}}
}

// isValue reports whether x cannot stand as a statement: anything but a receive
// and a call of a function.
func isValue(x ast.Expr) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.UnaryExpr:
		return x.Op != token.ARROW
	case *ast.CallExpr:
		switch f := ast.Unparen(x.Fun).(type) {
		case *ast.Ident:
			return valueBuiltins[f.Name]
		case *ast.ArrayType, *ast.MapType, *ast.ChanType, *ast.FuncType, *ast.InterfaceType, *ast.StructType:
			return true
		}
		return false
	}
	return true
}

// valueBuiltins are the predeclared functions and types whose call is not a statement.
var valueBuiltins = map[string]bool{
	"append": true, "cap": true, "complex": true, "imag": true, "len": true, "make": true, "max": true,
	"min": true, "new": true, "real": true, "any": true, "bool": true, "byte": true, "error": true,
	"complex64": true, "complex128": true, "float32": true, "float64": true, "int": true, "int8": true,
	"int16": true, "int32": true, "int64": true, "rune": true, "string": true, "uint": true, "uint8": true,
	"uint16": true, "uint32": true, "uint64": true, "uintptr": true,
}
