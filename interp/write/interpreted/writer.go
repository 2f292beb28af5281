package interpreted

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// A writer writes one declaration. Types in it are seen through env, the type
// arguments of the instance that is written.
type writer struct {
	*cell
	d    *draft
	info *types.Info
	fset *token.FileSet
	env  map[*types.TypeParam]types.Type

	// bareAny: the text is procpool's own generic code, in which interfaces hold values
	// without boxes and functions that cross are *embed.Func in variables (bareVars).
	bareAny   bool
	bareVars  map[types.Object]bool
	bareNames map[string]bool // their emitted names

	b      strings.Builder
	at     int                     // the mark of the current statement
	ahead  bool                    // the current statement's indices were checked ahead of it
	vars   map[types.Object]string // local variables
	labels map[string]string
	depth  int // of functions
	fn     *frame
	head   []string // of a cell: texts that come first
	tail   func()   // of a cell: writes what comes last
}

func (c *cell) writer(d *draft, info *types.Info, fset *token.FileSet, env map[*types.TypeParam]types.Type) *writer {
	d.imps["parago۰"] = Runtime
	return &writer{cell: c, d: d, info: info, fset: fset, env: env, vars: map[types.Object]string{}, labels: map[string]string{}}
}

func (f *writer) out(format string, args ...any) { fmt.Fprintf(&f.b, format, args...) }

// capture runs write and returns what it wrote.
func (f *writer) capture(write func()) string {
	saved := f.b.String()
	f.b.Reset()
	write()
	s := f.b.String()
	f.b.Reset()
	f.b.WriteString(saved)
	return s
}

// temp is a new name for a value in between.
func (f *writer) temp(what string) string {
	f.cell.temps++
	return fmt.Sprintf("%s۰%d", what, f.cell.temps)
}

// local is the emitted name of a variable inside a function: its own in the whole text,
// so that no scope can go wrong.
func (f *writer) local(o types.Object) string {
	if n, ok := f.vars[o]; ok {
		return n
	}
	n := f.temp(o.Name())
	f.vars[o] = n
	return n
}

// ident is a declaration's name as an identifier. The interpreter calls a function called
// main whenever it evaluates anything.
func ident(name string) string {
	if name == "main" {
		return "main۰"
	}
	return strings.ReplaceAll(name, ".", "۰")
}

// mention uses another declaration or session variable.
func (f *writer) mention(name string) string {
	f.d.deps[name] = true
	f.d.needs[name] = true
	f.site(name)
	return ident(name)
}

func (f *writer) position(p token.Pos) token.Position { return f.fset.Position(p) }

// directive says where the next text comes from. The interpreter keeps imports by the
// last part of a file's name, so it is the same for all cells.
func (f *writer) directive(p token.Pos) {
	pos := f.position(p)
	if !pos.IsValid() {
		f.out("\n")
		return
	}
	f.out("\n//line %s/_.go:%d:%d\n", pos.Filename, pos.Line, pos.Column)
}

func (f *writer) no(n ast.Node, construct, why string) {
	f.refuse(f.position(n.Pos()), construct, why)
}

func (f *writer) refuseAt(o types.Object, construct, why string) {
	f.refuse(f.unit.Fset.Position(o.Pos()), construct, why)
}

// typeOf is the type of an expression in this instance.
func (f *writer) typeOf(e ast.Expr) types.Type {
	if tv, ok := f.info.Types[e]; ok && tv.Type != nil {
		return f.subst(tv.Type)
	}
	if id, ok := e.(*ast.Ident); ok {
		if o := f.info.ObjectOf(id); o != nil {
			return f.subst(o.Type())
		}
	}
	return types.Typ[types.Invalid]
}

// helper returns the name of a small function of our own, written once a session.
func (f *writer) helper(name string, text func(h *writer) string) string {
	if !f.has(name) {
		d := newDraft(name)
		f.add(d)
		h := f.cell.writer(d, f.info, f.fset, nil)
		d.Text = text(h)
	}
	return f.mention(name)
}
