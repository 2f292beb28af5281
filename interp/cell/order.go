package cell

import (
	"go/ast"
	"go/token"

	"github.com/parago/parago/interp/agree"
)

// inOrder puts the variables that a cell declares with var in the order in which Go gives those of a
// package their values: each after those that its value mentions, directly or in functions,
// and else as they are written. What is no such declaration stays where it is, and a variable is
// taken over it only if one above needs it, and no statement of the cell has a say in its value.
func inOrder(decls []ast.Decl, stmts []ast.Stmt) []ast.Stmt {
	d := newDependencies(decls, stmts)
	if len(d.order) < 2 {
		return stmts
	}
	o := ordering{dependencies: d, ready: map[*ast.ValueSpec]bool{}}
	for _, s := range stmts {
		if varSpecs(s) == nil {
			o.out = append(o.out, s)
			continue
		}
		o.run(d.joined[varSpecs(s)[0]])
	}
	if !o.changed() {
		return stmts
	}
	return o.out
}

// An ordering is the statements of a cell as they are to run.
type ordering struct {
	dependencies
	ready  map[*ast.ValueSpec]bool
	placed []*ast.ValueSpec
	out    []ast.Stmt
}

// run places the variables of neighbouring declarations, and those from further down that they need:
// always the first that waits for no other or, if they all wait for each other, the first.
func (o *ordering) run(n int) {
	set := map[*ast.ValueSpec]bool{}
	for _, s := range o.order {
		if o.joined[s] == n && !o.ready[s] {
			o.gather(s, set)
		}
	}
	for len(set) > 0 {
		s := o.next(set)
		delete(set, s)
		o.ready[s] = true
		o.placed = append(o.placed, s)
		o.out = append(o.out, &ast.DeclStmt{Decl: &ast.GenDecl{TokPos: o.starts[s], Tok: token.VAR, Specs: []ast.Spec{s}}})
	}
}

// gather adds a variable with those that it needs.
func (o *ordering) gather(s *ast.ValueSpec, set map[*ast.ValueSpec]bool) {
	if o.ready[s] || set[s] {
		return
	}
	set[s] = true
	for other := range o.needs[s] {
		if o.joined[other] == o.joined[s] || o.movable(other) {
			o.gather(other, set)
		}
	}
}

// next is the first of a set that waits for none in it.
func (o *ordering) next(set map[*ast.ValueSpec]bool) *ast.ValueSpec {
	var first *ast.ValueSpec
	for _, s := range o.order {
		if !set[s] {
			continue
		}
		if first == nil {
			first = s
		}
		waits := false
		for other := range o.needs[s] {
			waits = waits || set[other]
		}
		if !waits {
			return s
		}
	}
	return first
}

func (o *ordering) changed() bool {
	for i, s := range o.placed {
		if s != o.order[i] {
			return true
		}
	}
	return false
}

// varSpecs are the specs of a statement that declares variables, nil for any other.
func varSpecs(s ast.Stmt) (out []*ast.ValueSpec) {
	d, ok := s.(*ast.DeclStmt)
	if !ok {
		return nil
	}
	g, ok := d.Decl.(*ast.GenDecl)
	if !ok || g.Tok != token.VAR {
		return nil
	}
	for _, spec := range g.Specs {
		out = append(out, spec.(*ast.ValueSpec))
	}
	return out
}

// dependencies go by name: a local variable that is called like another may make a
// variable wait for nothing, which changes an order that nobody sees.
type dependencies struct {
	order  []*ast.ValueSpec // as they are written
	starts map[*ast.ValueSpec]token.Pos
	joined map[*ast.ValueSpec]int // number of the statement before, which those between two share
	needs  map[*ast.ValueSpec]map[*ast.ValueSpec]bool
	names  map[*ast.ValueSpec]map[string]bool // that its value mentions, directly or in functions

	specs  map[string]*ast.ValueSpec
	twice  map[string]bool            // names that are declared more than once
	funcs  map[string][]*ast.FuncDecl // and methods
	others map[string]bool            // names that statements define or assign
}

func newDependencies(decls []ast.Decl, stmts []ast.Stmt) dependencies {
	d := dependencies{
		starts: map[*ast.ValueSpec]token.Pos{}, joined: map[*ast.ValueSpec]int{},
		needs: map[*ast.ValueSpec]map[*ast.ValueSpec]bool{}, names: map[*ast.ValueSpec]map[string]bool{},
		specs: map[string]*ast.ValueSpec{}, twice: map[string]bool{}, funcs: map[string][]*ast.FuncDecl{}, others: map[string]bool{},
	}
	for _, x := range decls {
		if fn, ok := x.(*ast.FuncDecl); ok {
			d.funcs[fn.Name.Name] = append(d.funcs[fn.Name.Name], fn)
		}
	}
	run := 0
	for _, s := range stmts {
		specs := varSpecs(s)
		if specs == nil {
			run++
			d.assigned(s)
		}
		for _, spec := range specs {
			d.add(spec, s.(*ast.DeclStmt).Decl.(*ast.GenDecl), run)
		}
	}
	for _, s := range d.order {
		d.names[s] = d.mentioned(s)
		d.needs[s] = map[*ast.ValueSpec]bool{}
		for name := range d.names[s] {
			if other := d.specs[name]; other != nil && other != s && !d.twice[name] {
				d.needs[s][other] = true
			}
		}
	}
	return d
}

func (d *dependencies) add(spec *ast.ValueSpec, g *ast.GenDecl, run int) {
	d.order = append(d.order, spec)
	d.joined[spec] = run
	d.starts[spec] = spec.Pos()
	if len(g.Specs) == 1 {
		d.starts[spec] = g.TokPos
	}
	for _, id := range spec.Names {
		d.twice[id.Name] = d.twice[id.Name] || d.specs[id.Name] != nil
		d.specs[id.Name] = spec
	}
}

// assigned notes the names that a statement defines or assigns.
func (d *dependencies) assigned(s ast.Stmt) {
	ast.Inspect(s, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, x := range n.Lhs {
				if id := agree.Root(x); id != nil {
					d.others[id.Name] = true
				}
			}
		case *ast.IncDecStmt:
			if id := agree.Root(n.X); id != nil {
				d.others[id.Name] = true
			}
		}
		return true
	})
}

// movable reports whether a variable has the same value above the statements before it.
func (d *dependencies) movable(s *ast.ValueSpec) bool {
	for name := range d.names[s] {
		if d.others[name] {
			return false
		}
	}
	return true
}

// mentioned are the names in a variable's value, and in the functions that these name.
func (d *dependencies) mentioned(s *ast.ValueSpec) map[string]bool {
	seen := map[string]bool{}
	var visit func(n ast.Node)
	visit = func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok || seen[id.Name] {
				return true
			}
			seen[id.Name] = true
			for _, fn := range d.funcs[id.Name] {
				visit(fn)
			}
			return true
		})
	}
	for _, v := range s.Values {
		visit(v)
	}
	return seen
}
