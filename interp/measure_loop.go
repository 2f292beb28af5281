package interp

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/parago/parago/interp/cell"
	"github.com/parago/parago/interp/check"
)

// A looper writes a cell as a function that runs it n times: its first statements, the
// setup, once, the others in a loop. Each stays in the line where it stands.
//
//	f(20)  →  func(n۰ int, start۰, stop۰ func()) { start۰(); for range n۰ { runtime۰.KeepAlive(f(20)) }; stop۰() }
type looper struct {
	source string
	unit   *check.Unit
	edits  []edit
}

// An edit replaces a part of the source.
type edit struct {
	from, to int
	text     string
}

// keep is what makes the compiler believe that a value is used.
const keep = "runtime۰.KeepAlive"

func writeLoop(c Cell, parsed *cell.Cell, u *check.Unit, setup int) (string, error) {
	w := &looper{source: c.Source, unit: u}
	if err := w.admit(parsed); err != nil {
		return "", err
	}
	start := len(w.source) - len(strings.TrimLeft(w.source, " \t\r\n"))
	w.insert(start, "func(n۰ int, start۰, stop۰ func()) { ")
	w.insert(max(start, setup), "; start۰(); for range n۰ { ")
	var once, each []string // names of variables
	for _, s := range u.Stmts {
		if names := w.statement(s); w.offset(s.Pos()) < setup {
			once = append(once, names...)
		} else {
			each = append(each, names...)
		}
	}
	if u.Result != nil {
		w.value(u.Result, u.Result)
	}
	w.insert(len(w.source), "\n"+used(each)+"}; stop۰()\n"+used(once)+"}\nimport runtime۰ \"runtime\"\n")
	return w.text(), nil
}

// admit refuses what means something else in a loop, or nothing.
func (w *looper) admit(parsed *cell.Cell) error {
	var found error
	refuse := func(n ast.Node, fset *token.FileSet, what string) {
		if found == nil {
			found = check.Errors{{Pos: fset.Position(n.Pos()), Msg: what + " cannot be measured: put it into a cell of its own"}}
		}
	}
	for _, spec := range parsed.Imports {
		refuse(spec, parsed.Fset, "an import")
	}
	for _, d := range parsed.Decls {
		if _, ok := d.(*ast.FuncDecl); ok {
			refuse(d, parsed.Fset, "the declaration of a function")
		}
	}
	for _, s := range w.unit.Stmts {
		ast.Inspect(s, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.ReturnStmt:
				refuse(n, w.unit.Fset, "return")
			case *ast.DeferStmt:
				refuse(n, w.unit.Fset, "defer outside a function")
			}
			return true
		})
	}
	if found == nil && len(w.unit.Stmts) == 0 && w.unit.Result == nil {
		found = check.Errors{{Pos: token.Position{Filename: fmt.Sprintf("In[%d]", parsed.N), Line: 1, Column: 1}, Msg: "there is nothing to measure"}}
	}
	return found
}

// statement has values used that a statement comes to, and returns the names of the
// variables that it declares.
func (w *looper) statement(s ast.Stmt) (names []string) {
	switch s := s.(type) {
	case *ast.LabeledStmt:
		return w.statement(s.Stmt)
	case *ast.ExprStmt:
		w.value(s, s.X)
	case *ast.AssignStmt:
		if s.Tok == token.DEFINE {
			for _, x := range s.Lhs {
				names = append(names, x.(*ast.Ident).Name)
			}
		} else if id, ok := s.Lhs[0].(*ast.Ident); ok && id.Name == "_" && len(s.Lhs) == 1 {
			w.value(s, s.Rhs[0])
		}
	case *ast.DeclStmt:
		for _, spec := range s.Decl.(*ast.GenDecl).Specs {
			if v, ok := spec.(*ast.ValueSpec); ok {
				for _, id := range v.Names {
					names = append(names, id.Name)
				}
			}
		}
	}
	return names
}

// value has the values of an expression used, in place of a node.
func (w *looper) value(in ast.Node, x ast.Expr) {
	from, to := w.offset(x.Pos()), w.offset(x.End())
	tv := w.unit.Info.Types[x]
	before, after := keep+"(", ")"
	switch t := tv.Type.(type) {
	case *types.Tuple:
		if t.Len() == 0 {
			return
		}
		var vars []string
		after = ""
		for i := range t.Len() {
			vars = append(vars, fmt.Sprintf("value۰%d", i))
			after += fmt.Sprintf("; %s(%s)", keep, vars[i])
		}
		before, after = "{ "+strings.Join(vars, ", ")+" := ", after+" }"
	default:
		if tv.IsVoid() {
			return
		}
	}
	w.edits = append(w.edits, edit{w.offset(in.Pos()), from, before})
	w.insert(to, after)
}

// used is statements that use variables.
func used(names []string) string {
	slices.Sort(names)
	text := ""
	for _, name := range slices.Compact(names) {
		if name != "_" {
			text += keep + "(" + name + "); "
		}
	}
	return text
}

func (w *looper) insert(at int, text string) { w.edits = append(w.edits, edit{at, at, text}) }

// text is the source with the edits, of which those at one place stand as they were made.
func (w *looper) text() string {
	slices.SortStableFunc(w.edits, func(a, b edit) int { return a.from - b.from })
	var b strings.Builder
	at := 0
	for _, e := range w.edits {
		b.WriteString(w.source[at:e.from] + e.text)
		at = e.to
	}
	return b.String() + w.source[at:]
}

// offset is where a position lies in the source.
func (w *looper) offset(p token.Pos) int {
	pos := w.unit.Fset.Position(p)
	at := 0
	for range pos.Line - 1 {
		at += strings.IndexByte(w.source[at:], '\n') + 1
	}
	return min(at+pos.Column-1, len(w.source))
}
