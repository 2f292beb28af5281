package glue

import (
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"slices"

	"github.com/parago/parago/interp/check"
	"github.com/parago/parago/interp/write/outlive"
)

// Known is what the session process has, compiled, and in the version that the checked
// cell means. Names are those of check.Decl and check.Var; methods are Point.Move.
type Known interface {
	Func(name string) bool
	Type(name string) bool
	Var(name string) bool
	// Source is the declaration of a function and what its check has found out; nil if there is none.
	Source(d *check.Decl) (*ast.FuncDecl, *types.Info)
}

// A Program is a cell for the interpreter of the session process.
//
// Its text mentions the session through Session: functions and types as Prefix and their
// name, variables as pointers of that name. It calls what Runtime has, and through its two
// parameters says where it is and with which error it ends.
type Program struct {
	Text    string // declares Entry
	Entry   string // func(at func(line int), fail func(error)); "" if the cell runs nothing
	File    string // In[3], which the lines are of
	Imports []Import
	Funcs   []string // that Text mentions, by declaration
	Types   []string // that Text, or a type's text in Vars and Zeros, mentions, by declaration
	Vars    []Var
	Zeros   []Zero
}

// An Import is a package under the alias that texts use.
type Import struct{ Alias, Path string }

// A Var is a session variable. Its type is a Go type in terms of the imports, "" if the type
// has no such text: then the variable is there and stays as it is.
type Var struct {
	Name string
	Type string
	New  bool // the cell declares it
}

// A Zero is a variable that nothing is ever assigned to, for a nil that the interpreter
// would not give its type.
type Zero struct{ Name, Type string }

// Paths under which text imports what the process offers, and what names of the session
// begin with, so that they are exported ones.
const (
	Session = "parago/session"
	Runtime = "parago/glue"
	Prefix  = "Ⲡ"
)

// maxText bounds a program: reading a long one takes as long as compiling it.
const maxText = 16 << 10

// Place writes u for the interpreter if it is glue. Otherwise p is nil, and reason says in
// words for a person why it is to be compiled: "a loop".
func Place(u *check.Unit, known Known) (p *Program, reason string) {
	w := newWriter(u, known)
	defer func() {
		switch r := recover().(type) {
		case nil:
		case refusal:
			p, reason = nil, string(r)
		default: // a fault of ours costs the time of a compilation
			p, reason = nil, fmt.Sprintf("its placement failed: %v", r)
		}
	}()
	w.examine()
	return w.program(), ""
}

// A refusal is a reason on its way up to Place.
type refusal string

// no ends Place: the cell is no glue.
func (w *writer) no(format string, args ...any) {
	panic(refusal(fmt.Sprintf(format, args...)))
}

// examine goes through the whole cell before it is written.
func (w *writer) examine() {
	u := w.unit
	switch {
	case u.RunMain:
		w.no("it declares main")
	case len(u.Inits) > 0:
		w.no("it declares init")
	}
	for _, d := range u.Decls {
		if _, ok := d.Node.(*ast.ValueSpec); !ok {
			w.no("%s", declares(d, d.Fset == u.Fset))
		}
	}
	var roots []ast.Node
	for _, s := range u.Stmts {
		w.admit(s)
		roots = append(roots, s)
	}
	if u.Result != nil {
		w.admit(u.Result)
		roots = append(roots, u.Result)
	}
	if uses := (outlive.Finder{Unit: u, Named: w.isFunction, Source: w.known.Source}).Find(roots...); len(uses) > 0 {
		w.no("a function as a value")
	}
}

// isFunction reports whether an expression names a function of the session's. Methods as values are no glue.
func (w *writer) isFunction(x ast.Expr) bool {
	id, ok := x.(*ast.Ident)
	if !ok {
		return false
	}
	fn, ok := w.info.Uses[id].(*types.Func)
	return ok && isSession(fn.Pkg()) && fn.Signature().Recv() == nil
}

// declares says what a declaration is that must be compiled first.
func declares(d *check.Decl, own bool) string {
	kind := "a function"
	switch node := d.Node.(type) {
	case *ast.TypeSpec:
		kind = "a type"
	case *ast.FuncDecl:
		if node.Recv != nil {
			kind = "a method"
		}
	}
	if !own {
		return "it changes what " + d.Key + " means"
	}
	return "it declares " + kind
}

// program puts the text together.
func (w *writer) program() *Program {
	u := w.unit
	p := &Program{}
	if len(u.Stmts) == 0 && u.Result == nil {
		return p
	}
	p.Entry = fmt.Sprintf("glue۰%d", u.N)
	p.File = w.file()
	for _, s := range u.Stmts {
		w.top(s)
	}
	w.result(u.Result)
	p.Text = fmt.Sprintf("func %s(at۰ func(int), fail۰ func(error)) {\n%s}\n", p.Entry, w.b.String())
	if len(p.Text) > maxText {
		w.no("its length")
	}
	for _, path := range slices.Sorted(maps.Keys(w.imports)) {
		p.Imports = append(p.Imports, Import{alias(path), path})
	}
	p.Funcs = slices.Sorted(maps.Keys(w.funcs))
	p.Types = slices.Sorted(maps.Keys(w.types))
	for _, name := range slices.Sorted(maps.Keys(w.vars)) {
		p.Vars = append(p.Vars, w.vars[name])
	}
	for _, t := range w.zeroTypes {
		p.Zeros = append(p.Zeros, Zero{w.zeros[t], t})
	}
	return p
}

// file is the name of the cell's source.
func (w *writer) file() string {
	u := w.unit
	if len(u.Stmts) > 0 {
		return u.Fset.Position(u.Stmts[0].Pos()).Filename
	}
	return u.Fset.Position(u.Result.Pos()).Filename
}
