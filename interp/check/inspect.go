package check

import (
	"bytes"
	"go/ast"
	"go/printer"
	"go/token"
	"go/types"
	"strings"

	"github.com/parago/parago/interp/cell"
)

// An Inspection is what is known of a name.
type Inspection struct {
	Name   string // "Move", "strings.ToUpper"
	Kind   string // as in Item
	Decl   string // how it is declared: "func strings.ToUpper(s string) string", "var x int"
	Doc    string // its comment, "" if none; packages of the standard library carry none
	Source string // of a declaration of the session, if more detail is asked for
	Cell   int    // that declares it; 0 if none does
}

// Inspect says what the name at the cursor, counted in code points, stands for. With
// detail 1 the source of a session's declaration comes with it. It reports false if
// there is no such name.
func (s *Scope) Inspect(src string, cursor, detail int) (Inspection, bool) {
	start, end := wordAt(src, byteOffset(src, cursor))
	if start == end {
		return Inspection{}, false
	}
	named := func(name string) bool { return name == src[start:end] }
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.look(src, start, named)
	obj := l.object()
	if closers, ok := cell.Closers(src[:start]); obj == nil && ok {
		l = s.look(src[:end]+closers, start, named)
		obj = l.object()
	}
	if obj == nil {
		return l.inspectWord(src[start:end])
	}
	return l.inspect(obj, detail), true
}

// inspectWord is for a name that the text as it stands does not use: of the session,
// of a package, or predeclared.
func (l *look) inspectWord(word string) (Inspection, bool) {
	if l.sel != nil {
		return Inspection{}, false
	}
	for _, sc := range []*types.Scope{l.build.pkg.Scope(), l.build.outer, types.Universe} {
		if obj := sc.Lookup(word); obj != nil {
			return l.inspect(obj, 0), true
		}
	}
	if l.plan.mayBePackage(word) {
		if pkg, err := l.plan.s.lib.Import(l.plan.s.lib.named(word)[0]); err == nil {
			return l.inspect(types.NewPkgName(token.NoPos, l.build.pkg, word, pkg), 0), true
		}
	}
	return Inspection{}, false
}

func (l *look) inspect(obj types.Object, detail int) Inspection {
	out := Inspection{Name: obj.Name(), Kind: kindOf(obj), Decl: l.declares(obj)}
	if pkg := obj.Pkg(); pkg != nil && pkg.Path() != Path && !isMember(obj) {
		out.Name = pkg.Name() + "." + obj.Name()
	}
	switch o := obj.(type) {
	case *types.Func:
		obj = o.Origin()
	case *types.Var:
		obj = o.Origin()
	}
	switch t := l.build.targets.of(obj).(type) {
	case *variable:
		out.Cell = t.n
	case *decl:
		out.Name, out.Cell = t.key, t.n
		out.Doc = doc(t.node)
		if detail > 0 {
			out.Source = source(t)
		}
	}
	return out
}

func isMember(obj types.Object) bool {
	switch o := obj.(type) {
	case *types.Func:
		return o.Signature().Recv() != nil
	case *types.Var:
		return o.IsField()
	case *types.PkgName:
		return true
	}
	return false
}

// declares writes an object as Go declares it.
func (l *look) declares(obj types.Object) string {
	switch o := obj.(type) {
	case *types.PkgName:
		return "package " + o.Imported().Name() + " // import \"" + o.Imported().Path() + "\""
	case *types.Builtin:
		return "func " + o.Name()
	case *types.Nil:
		return "nil"
	}
	return l.build.words(types.ObjectString(obj, qualify))
}

// doc is the comment of a declaration.
func doc(node ast.Node) string {
	var g *ast.CommentGroup
	switch n := node.(type) {
	case *ast.FuncDecl:
		g = n.Doc
	case *ast.TypeSpec:
		g = n.Doc
	case *ast.ValueSpec:
		g = n.Doc
	}
	return strings.TrimSpace(g.Text())
}

// source is a declaration as its author wrote it.
func source(d *decl) string {
	var b bytes.Buffer
	node := d.node
	switch n := node.(type) {
	case *ast.TypeSpec:
		bare := *n
		bare.Doc = nil
		node = &ast.GenDecl{Doc: n.Doc, Tok: token.TYPE, TokPos: n.Pos(), Specs: []ast.Spec{&bare}}
	case *ast.ValueSpec:
		bare := *n
		bare.Doc = nil
		node = &ast.GenDecl{Doc: n.Doc, Tok: token.CONST, TokPos: n.Pos(), Specs: []ast.Spec{&bare}}
	}
	conf := printer.Config{Mode: printer.UseSpaces | printer.TabIndent, Tabwidth: 8}
	if err := conf.Fprint(&b, d.fset, node); err != nil {
		return ""
	}
	return b.String()
}

// A Variable is one of the session's.
type Variable struct {
	Name string
	Type string
	Cell int // that declared it
}

// Variables lists the session's variables by name.
func (s *Scope) Variables() []Variable {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Variable
	b := s.missing(func(t target) bool { _, ok := t.(*variable); return ok })
	for _, name := range s.view.keys() {
		v, ok := s.view.name(name).(*variable)
		if !ok {
			continue
		}
		out = append(out, Variable{Name: name, Type: b.typeOf(v), Cell: v.n})
	}
	return out
}

// missing is a build of those among the wanted names that have no object now, since something
// that they are made of is called otherwise or has another method.
func (s *Scope) missing(wanted func(t target) bool) *build {
	b := newBuild(s.view, nil, nil)
	k := b.keeper(nil)
	for _, key := range s.view.keys() {
		if t := s.view.name(key); wanted(t) && s.world.objs[t] == nil {
			k.visit(t)
		}
	}
	b.run(s.lib, s.fset)
	b.world = s.world
	return b
}

// object is what t has in the build, or else in the world.
func (b *build) object(t target) types.Object {
	if obj := b.objs[t]; obj != nil {
		return obj
	}
	return b.world.objs[t]
}

// typeOf writes a variable's type, and says of which cell a superseded one is.
func (b *build) typeOf(v *variable) string {
	t := v.typ
	if obj := b.objs[v]; obj != nil {
		t = obj.Type()
	}
	return b.words(types.TypeString(t, qualify))
}
