package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"sort"
	"strings"

	"github.com/parago/parago/interp/check"
)

// A Refusal is valid Go that the interpreter would get wrong.
type Refusal struct {
	Pos       token.Position
	Construct string // "goto out of a range over a function"
	Why       string
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("%s: the interpreter cannot run this: %s: %s", r.Pos, r.Construct, r.Why)
}

// A Lowerer writes the cells of one session. It remembers what the session has loaded, so
// that an instance of a generic function is sent once. One goroutine at a time may use it.
type Lowerer struct {
	sources Sources
	context *types.Context
	library *library
	loaded  map[string]bool // declarations that the session has
}

// Sources are the packages that are known by their source; *check.Scope has them.
type Sources interface {
	Source(path string) (*check.SourcePackage, bool)
}

// New returns the Lowerer of a session whose scope was made with the sources of Library.
func New(s Sources) *Lowerer {
	return &Lowerer{sources: s, context: types.NewContext(), library: newLibrary(s), loaded: map[string]bool{}}
}

// Commit says that the session has loaded p, for as long as it lives. What is not
// committed is sent again when it is needed.
func (l *Lowerer) Commit(p *Program) {
	for _, d := range p.Decls {
		l.loaded[d.Name] = true
	}
}

// Lower writes a checked cell. Its error is a *Refusal.
func (l *Lowerer) Lower(u *check.Unit) (p *Program, err error) {
	c := &cell{
		Lowerer: l, unit: u, decls: map[string]*draft{}, imports: map[string]string{},
		locals: map[types.Object]string{}, recoverCalls: map[*ast.CallExpr]string{},
	}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case refusal:
			p, err = nil, r.Refusal
		default: // a fault of ours takes no session along
			p, err = nil, &Refusal{Pos: c.start(), Construct: "this cell", Why: fmt.Sprintf("the lowering failed: %v", r)}
		}
	}()
	c.register()
	for _, d := range u.Decls {
		c.declare(d)
	}
	p = &Program{}
	for _, v := range u.Vars {
		if v.New {
			p.Vars = append(p.Vars, c.variable(v))
		}
	}
	c.body(p)
	for len(c.queue) > 0 {
		w := c.queue[0]
		c.queue = c.queue[1:]
		w()
	}
	p.Decls = c.ordered()
	c.finish(p)
	return p, nil
}

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

// A refusal carries a Refusal up to Lower.
type refusal struct{ *Refusal }

// A cell is one call of Lower.
type cell struct {
	*Lowerer
	unit    *check.Unit
	decls   map[string]*draft
	order   []string
	queue   []func()
	imports map[string]string
	locals  map[types.Object]string // types declared inside functions
	checked bool                    // indices are checked: somebody may print the panic
	temps   int
	lits    int
	// recoverCalls are calls of recover in literals that are deferred where they stand,
	// and whom they ask.
	recoverCalls map[*ast.CallExpr]string
}

func (c *cell) recovers() map[*ast.CallExpr]string { return c.recoverCalls }

// A draft is a Decl in the making. deps are the names that must be loaded before its
// text, needs those that must be there when it runs.
type draft struct {
	Decl
	deps  map[string]bool
	needs map[string]bool
	imps  map[string]string
}

func newDraft(name string) *draft {
	return &draft{Decl: Decl{Name: name}, deps: map[string]bool{}, needs: map[string]bool{}, imps: map[string]string{}}
}

// register looks at the cell as a whole before it is written.
func (c *cell) register() {
	for _, d := range c.unit.Decls {
		if fd, ok := d.Node.(*ast.FuncDecl); ok && mentionsRecover(fd) {
			c.checked = true
		}
	}
	for _, s := range c.unit.Stmts {
		c.checked = c.checked || mentionsRecover(s)
	}
}

func mentionsRecover(n ast.Node) (found bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if id, ok := call.Fun.(*ast.Ident); ok && id.Name == "recover" {
				found = true
			}
		}
		return !found
	})
	return found
}

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

// refuse ends Lower.
func (c *cell) refuse(pos token.Position, construct, why string) {
	panic(refusal{&Refusal{Pos: pos, Construct: construct, Why: why}})
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

// add puts a finished draft among the cell's declarations.
func (c *cell) add(d *draft) {
	if c.decls[d.Name] == nil {
		c.order = append(c.order, d.Name)
	}
	c.decls[d.Name] = d
}

// has says whether a declaration is there or on its way.
func (c *cell) has(name string) bool { return c.loaded[name] || c.decls[name] != nil }

// ordered returns the drafts so that each stands after those that its text mentions.
// Those that mention each other are evaluated together: the first has the text of all.
func (c *cell) ordered() []Decl {
	var out []Decl
	for _, group := range components(c.order, c.decls) {
		if len(group) == 1 {
			out = append(out, c.decls[group[0]].finished())
			continue
		}
		lead := c.decls[group[0]]
		var text []string
		sort.SliceStable(group, func(i, j int) bool { // types first
			return strings.HasPrefix(c.decls[group[i]].Text, "type") && !strings.HasPrefix(c.decls[group[j]].Text, "type")
		})
		for _, name := range group {
			d := c.decls[name]
			text = append(text, d.Text)
			if d != lead {
				d.Text = ""
				d.needs[lead.Name] = true
				lead.needs[name] = true
				for a, p := range d.imps {
					lead.imps[a] = p
				}
			}
		}
		lead.Text = strings.Join(text, "\n")
		out = append(out, lead.finished())
		for _, name := range group {
			if c.decls[name] != lead {
				out = append(out, c.decls[name].finished())
			}
		}
	}
	return out
}

func (d *draft) finished() Decl {
	d.Imports = d.importList()
	delete(d.needs, d.Name)
	d.Needs = keysOf(d.needs)
	return d.Decl
}

func (d *draft) importList() []Import {
	var out []Import
	for _, a := range keysOf(d.imps) {
		out = append(out, Import{a, d.imps[a]})
	}
	return out
}

func keysOf[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// components are the strongly connected components of deps, dependencies first (Tarjan).
func components(order []string, decls map[string]*draft) [][]string {
	index, low, on := map[string]int{}, map[string]int{}, map[string]bool{}
	var stack []string
	var out [][]string
	var visit func(string)
	visit = func(n string) {
		index[n] = len(index) + 1
		low[n] = index[n]
		stack = append(stack, n)
		on[n] = true
		for _, m := range keysOf(decls[n].deps) {
			if decls[m] == nil {
				continue
			}
			if index[m] == 0 {
				visit(m)
				low[n] = min(low[n], low[m])
			} else if on[m] {
				low[n] = min(low[n], index[m])
			}
		}
		if low[n] == index[n] {
			var group []string
			for {
				m := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				on[m] = false
				group = append(group, m)
				if m == n {
					break
				}
			}
			out = append(out, group)
		}
	}
	for _, n := range order {
		if index[n] == 0 {
			visit(n)
		}
	}
	return out
}

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
