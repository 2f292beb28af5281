package compiled

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/parago/parago/interp/check"
	"github.com/parago/parago/interp/write/outlive"
)

// A writer writes pieces of one cell's text, with edits.
type writer struct {
	*file
	u    *check.Unit // whose Info has the nodes
	fset *token.FileSet
	src  *source
	raw  map[ast.Node]bool // written as they stand, but for what is in them
	item *item             // the declaration that is written; nil in a cell's statements

	copied map[string]string // session variables that have a copy here, and what it is called
	header map[ast.Stmt]bool // statements that must stay one
	ahead  map[ast.Node]bool // statements before which a check stands
	tags   map[ast.Node]bool // of switches: interfaces that are compared as any

	reshaped map[ast.Expr]types.Type // expressions that become values of another struct type

	travel  map[ast.Expr]bool     // function values that may be handed to another process
	changed map[types.Object]bool // variables that are set after they were declared
	lifted  *lifted               // the literal whose text is written elsewhere, nil if none is

	slotted map[ast.Node]outlive.Use // functions that are reached by way of their slots

	labeled  map[ast.Stmt]bool // statements behind a label
	counters int               // of loops
}

func (f *file) writer(u *check.Unit, fset *token.FileSet, src *source) *writer {
	return &writer{file: f, u: u, fset: fset, src: src, raw: map[ast.Node]bool{}, copied: map[string]string{}, header: map[ast.Stmt]bool{}, ahead: map[ast.Node]bool{}, reshaped: map[ast.Expr]types.Type{}, tags: map[ast.Node]bool{}, labeled: map[ast.Stmt]bool{}}
}

// An edit replaces a part of the text.
type edit struct {
	start, end int
	text       string
}

func (w *writer) at(p token.Pos) int { return w.src.offset(w.fset.Position(p)) }

// text writes a node.
func (w *writer) text(n ast.Node) string {
	if s, ok := w.special(n); ok {
		return s
	}
	return w.inside(n)
}

// inside writes a node as it stands, with edits to what is in it.
func (w *writer) inside(n ast.Node) string {
	raw := w.raw[n]
	w.raw[n] = true
	defer func() { w.raw[n] = raw }()
	return w.between(w.at(n.Pos()), w.at(n.End()), n)
}

// between writes a part of the text in which nodes lie.
func (w *writer) between(start, end int, nodes ...ast.Node) string {
	var edits []edit
	for _, root := range nodes {
		ast.Inspect(root, func(n ast.Node) bool {
			if n == nil {
				return false
			}
			edits = append(edits, w.insertions(n)...)
			if s, ok := w.special(n); ok {
				edits = append(edits, edit{w.at(n.Pos()), w.at(n.End()), s})
				return false
			}
			return true
		})
	}
	return splice(w.src.text, start, end, edits)
}

// splice applies edits, which do not overlap, to a part of a text.
func splice(text string, start, end int, edits []edit) string {
	slices.SortStableFunc(edits, func(a, b edit) int {
		if a.start != b.start {
			return a.start - b.start
		}
		return a.end - b.end
	})
	var b strings.Builder
	at := start
	for _, e := range edits {
		if e.start < at {
			continue
		}
		b.WriteString(text[at:e.start])
		b.WriteString(e.text)
		at = e.end
	}
	if at < end {
		b.WriteString(text[at:end])
	}
	return b.String()
}

// directive says where the text that follows comes from.
func (w *writer) directive(p token.Pos) string {
	pos := w.fset.Position(p)
	return fmt.Sprintf("\n//line %s:%d:%d\n", w.src.file, pos.Line, pos.Column)
}

func (w *writer) typeOf(e ast.Expr) types.Type {
	if tv, ok := w.u.Info.Types[e]; ok && tv.Type != nil {
		return tv.Type
	}
	if id, ok := e.(*ast.Ident); ok {
		if o := w.u.Info.ObjectOf(id); o != nil {
			return o.Type()
		}
	}
	return types.Typ[types.Invalid]
}

func (w *writer) rt() string { return w.pkg(Runtime) + "." }

// named notes that a struct has a name: it is written as it stands. An alias is no name.
func (w *writer) named(spec *ast.TypeSpec) {
	if spec.Assign.IsValid() {
		return
	}
	if st, ok := ast.Unparen(spec.Type).(*ast.StructType); ok {
		w.raw[st] = true
	}
}

// special writes a node that does not stay as it is.
func (w *writer) special(n ast.Node) (string, bool) {
	if w.raw[n] {
		return "", false
	}
	if w.tags[n] {
		delete(w.tags, n)
		return "interface{}(" + w.text(n) + ")", true
	}
	if e, ok := n.(ast.Expr); ok && w.reshaped[e] != nil {
		return w.reshape(e, w.reshaped[e]), true
	}
	if e, ok := n.(ast.Expr); ok && w.travel[e] {
		if s, ok := w.held(e); ok {
			return s, true
		}
	}
	switch n := n.(type) {
	case *ast.Ident:
		return w.ident(n)
	case *ast.SelectorExpr:
		return w.selector(n)
	case *ast.CompositeLit:
		return w.composite(n)
	case *ast.UnaryExpr:
		return w.unary(n)
	case *ast.CallExpr:
		return w.call(n)
	case *ast.ForStmt:
		w.header[n.Init], w.header[n.Post] = true, true
	case *ast.IfStmt:
		w.header[n.Init] = true
	case *ast.SwitchStmt:
		w.header[n.Init] = true
		w.switchTag(n)
	case *ast.BinaryExpr:
		return w.equal(n)
	case *ast.TypeSwitchStmt:
		w.header[n.Init] = true
	case *ast.AssignStmt:
		return w.assignment(n)
	case *ast.IncDecStmt:
		if w.header[n] {
			return w.both(n)
		}
		if _, copy := w.copyOf(n.X); copy != "" {
			return w.stored(n, w.inside(n)), true
		}
	case *ast.SendStmt:
		return w.send(n)
	case *ast.SelectStmt:
		return w.selects(n)
	case *ast.GoStmt:
		return w.goStmt(n)
	case *ast.DeferStmt:
		w.raw[n.Call] = w.isBuiltin(n.Call, "recover") // what is deferred must be recover itself
	case *ast.RangeStmt:
		return w.rangeStmt(n)
	case *ast.KeyValueExpr:
		return w.keyValue(n)
	case *ast.StructType:
		return w.structType(n)
	case *ast.GenDecl:
		return w.constants(n)
	case *ast.TypeSpec:
		w.named(n)
	}
	return "", false
}
