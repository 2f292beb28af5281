package interpreted

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/parago/parago/interp/check"
)

// start is where the cell's first statement or declaration stands.
func (c *cell) start() token.Position {
	switch {
	case len(c.unit.Stmts) > 0:
		return c.unit.Fset.Position(c.unit.Stmts[0].Pos())
	case len(c.unit.Decls) > 0:
		return c.unit.Decls[0].Fset.Position(c.unit.Decls[0].Node.Pos())
	}
	return token.Position{Filename: fmt.Sprintf("In[%d]", c.unit.N), Line: 1, Column: 1}
}

// A cell is one call of Lower.
type cell struct {
	*Lowerer
	unit    *check.Unit
	decls   map[string]*draft
	order   []string
	queue   []func()
	imports map[string]string
	locals  map[types.Object]string // types declared inside functions
	temps   int
	lits    int
	// recoverCalls are calls of recover in literals that are deferred where they stand,
	// and whom they ask.
	recoverCalls map[*ast.CallExpr]string
}

func (c *cell) recovers() map[*ast.CallExpr]string { return c.recoverCalls }

// name is the emitted name of a session object, or of a type declared inside a function.
func (c *cell) name(o types.Object) string {
	if n := c.unit.Name(o); n != "" {
		return n
	}
	if n, ok := c.locals[o]; ok {
		return n
	}
	return o.Name()
}

// declare writes one declaration of the unit. Constants are folded, generics written on demand.
func (c *cell) declare(d *check.Decl) {
	switch n := d.Node.(type) {
	case *ast.FuncDecl:
		fn := d.Obj.(*types.Func)
		sig := fn.Signature()
		if sig.TypeParams().Len() > 0 || sig.RecvTypeParams().Len() > 0 {
			return
		}
		c.function(c.name(d.Obj), fn, c.sourceOf(d), nil)
	case *ast.TypeSpec:
		tn, ok := d.Obj.(*types.TypeName)
		if !ok || n.TypeParams != nil || tn.IsAlias() {
			return
		}
		if named, ok := tn.Type().(*types.Named); ok {
			c.defineType(named)
		}
	}
}

// variable writes a session variable.
func (c *cell) variable(v *check.Var) Var {
	f := c.writer(newDraft(""), c.unit.Info, c.unit.Fset, nil)
	t := f.typ(v.Obj.Type())
	f.key(v.Obj.Type()) // the type's methods belong to the variable
	return Var{Name: v.Name, Text: "var " + v.Name + " " + t, Imports: f.d.importList(), Needs: keysOf(f.d.needs)}
}

// has says whether a declaration is there or on its way.
func (c *cell) has(name string) bool { return c.loaded[name] || c.decls[name] != nil }

// finish collects the imports of the whole program.
func (c *cell) finish(p *Program) {
	all := map[string]string{"parago۰": Runtime}
	for _, d := range p.Decls {
		for _, i := range d.Imports {
			all[i.Alias] = i.Path
		}
	}
	for _, v := range p.Vars {
		for _, i := range v.Imports {
			all[i.Alias] = i.Path
		}
	}
	for a, i := range c.imports {
		all[a] = i
	}
	for _, a := range keysOf(all) {
		p.Imports = append(p.Imports, Import{a, all[a]})
	}
}
