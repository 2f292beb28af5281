package check

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
)

// Path is the import path of the session's package, in every Unit.
const Path = "main"

// A decl is one version of a declaration. It never changes once it is committed;
// what is redeclared is a new version.
type decl struct {
	key, name string // as in Decl
	node      ast.Node
	n         int
	fset      *token.FileSet
	env       *imports // by which node's names of packages are understood
	text      string   // tells whether a redeclaration changes anything
	cell      string   // the source that it stands in
	recv      string   // of a method: its type's key
	generic   bool

	refs []ref // what node mentions, from its last check

	// Of a generic declaration: the text in which its object was made, with what is known of it.
	placed ast.Node
	info   *types.Info

	// Of a constant: the value, and what evaluates it anew.
	val   constant.Value
	typ   types.Type
	via   *targets
	iota  int
	index int // of the name in the spec
}

// A ref is a mention: an identifier and what it stands for.
type ref struct {
	id   *ast.Ident
	to   target // nil for a package
	pkg  string // import path
	body bool   // inside a function's body
}

// A target is what a name of the session stands for: a *decl or a *variable.
type target interface{ ident() (key, name string) }

// targets says what objects stand for: those of one build, and more.
type targets struct {
	own  map[types.Object]target
	more *targets
}

// of is what an object stands for, nil if it is none of the session's.
func (t *targets) of(obj types.Object) target {
	for ; t != nil; t = t.more {
		if to, ok := t.own[obj]; ok {
			return to
		}
	}
	return nil
}

func (d *decl) ident() (string, string)     { return d.key, d.name }
func (v *variable) ident() (string, string) { return v.key, v.name }

// A variable is one of the session's, in one version of its type.
type variable struct {
	key, name string
	n         int
	typ       types.Type
	via       *targets // what the session's types inside typ are
	pos       token.Pos
	fset      *token.FileSet
}

// alias is what the type checker knows a version by once its key means another.
func alias(t target) string {
	_, name := t.ident()
	if strings.Contains(name, "۰") {
		return name
	}
	return name + "۰1"
}

// versioned is the name of the n-th version of a key. What is called like something
// predeclared has a number from the start, since lowered text means the other.
func versioned(key string, n int) string {
	if n == 1 && types.Universe.Lookup(key) == nil {
		return key
	}
	return fmt.Sprintf("%s۰%d", key, n)
}

func (d *decl) isFunc() bool { _, ok := d.node.(*ast.FuncDecl); return ok }
func (d *decl) isType() bool { _, ok := d.node.(*ast.TypeSpec); return ok }
func (d *decl) isConst() bool {
	_, ok := d.node.(*ast.ValueSpec)
	return ok
}

// whole reports whether the type checker is given d with its body whenever it is
// given d at all.
func (d *decl) whole() bool { return d.generic || !d.isFunc() }

// signature is how a function's parameters and results are written.
func signature(d *decl) string {
	fn, ok := d.node.(*ast.FuncDecl)
	if !ok {
		return ""
	}
	return text(fn.Type)
}

// nameIdent is the identifier that d declares.
func (d *decl) nameIdent() *ast.Ident {
	switch n := d.node.(type) {
	case *ast.FuncDecl:
		return n.Name
	case *ast.TypeSpec:
		return n.Name
	}
	return d.node.(*ast.ValueSpec).Names[d.index]
}

// contains reports whether pos lies in d.
func (d *decl) contains(pos token.Pos) bool { return d.node.Pos() <= pos && pos < d.node.End() }

// isGeneric reports whether a function or a method has type parameters.
func isGeneric(fn *ast.FuncDecl) bool {
	if fn.Type.TypeParams != nil {
		return true
	}
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return false
	}
	switch recvType(fn).(type) {
	case *ast.IndexExpr, *ast.IndexListExpr:
		return true
	}
	return false
}

// recvType is the receiver's type without its pointer.
func recvType(fn *ast.FuncDecl) ast.Expr {
	t := ast.Unparen(fn.Recv.List[0].Type)
	if p, ok := t.(*ast.StarExpr); ok {
		t = ast.Unparen(p.X)
	}
	return t
}

// recvName is the name of a method's type, "" if there is none to be seen.
func recvName(fn *ast.FuncDecl) string {
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return ""
	}
	t := recvType(fn)
	switch x := t.(type) {
	case *ast.IndexExpr:
		t = x.X
	case *ast.IndexListExpr:
		t = x.X
	}
	if id, ok := ast.Unparen(t).(*ast.Ident); ok {
		return id.Name
	}
	return ""
}
