package check

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/printer"
	"go/token"
	"go/types"
	"strconv"

	"github.com/parago/parago/interp/cell"
)

// A plan is what the check of one cell has found out so far.
type plan struct {
	s    *Scope
	cell *cell.Cell
	env  *imports // what the cell imports and what it finds imported

	own   []*decl    // declared by the cell and not just as before
	loose []ast.Decl // func init and blank declarations: checked, kept nowhere
	group []ast.Decl // the cell's constants, in their groups
	inits []*ast.FuncDecl

	hoisted []*ast.Ident    // that the cell's statements may declare at the top level
	names   map[string]bool // of hoisted

	vars   map[string]*variable // what the hoisted names stand for afterwards, once known
	stuck  map[*decl]string     // earlier declarations that stay with what is superseded, and why
	copies map[*decl]*decl      // earlier declarations in the version that sees this cell's
	olds   []*ast.Ident         // of the cell's statements: variables of superseded type
}

func (s *Scope) newPlan(c *cell.Cell) *plan {
	return &plan{
		s: s, cell: c,
		env:    s.imports.clone(),
		names:  map[string]bool{},
		vars:   map[string]*variable{},
		stuck:  map[*decl]string{},
		copies: map[*decl]*decl{},
	}
}

func (s *Scope) plan(c *cell.Cell) (*plan, error) {
	p := s.newPlan(c)
	p.hoist(c.Stmts)
	if err := p.imports(); err != nil {
		return nil, err
	}
	p.declare()
	if err := p.twice(); err != nil {
		return nil, err
	}
	p.autoImport()
	p.dropUnchanged()
	return p, nil
}

// imports adds the cell's own imports.
func (p *plan) imports() error {
	var errs Errors
	for _, spec := range p.cell.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err == nil {
			err = p.importPath(spec, p.s.lib.canonical(path))
		}
		if err != nil {
			errs = append(errs, &Error{Pos: p.cell.Fset.Position(spec.Path.Pos()), Msg: err.Error()})
		}
	}
	if len(errs) > 0 {
		return errs
	}
	return nil
}

func (p *plan) importPath(spec *ast.ImportSpec, path string) error {
	pkg, err := p.s.lib.Import(path)
	if err != nil {
		return err
	}
	name := pkg.Name()
	if spec.Name != nil {
		name = spec.Name.Name
	}
	switch name {
	case "_":
	case ".":
		p.env.addDot(path)
	default:
		p.env.names[name] = imported{path: path}
	}
	return nil
}

// twice finds names that the cell both declares and assigns or imports, as the type
// checker, which is given them in different scopes, would not.
func (p *plan) twice() error {
	imported := map[string]bool{}
	for name, im := range p.env.names {
		imported[name] = im != p.s.imports.names[name]
	}
	var errs Errors
	for _, d := range p.own {
		if d.recv == "" && (p.names[d.key] || imported[d.key]) {
			pos := p.cell.Fset.Position(d.nameIdent().Pos())
			errs = append(errs, &Error{Pos: pos, Msg: d.key + " redeclared in this cell"})
		}
	}
	if len(errs) > 0 {
		return errs
	}
	return nil
}

// hoist notes what statements of the top level declare.
func (p *plan) hoist(stmts []ast.Stmt) {
	for _, s := range stmts {
		for {
			l, ok := s.(*ast.LabeledStmt)
			if !ok {
				break
			}
			s = l.Stmt
		}
		switch s := s.(type) {
		case *ast.AssignStmt:
			if s.Tok != token.DEFINE {
				continue
			}
			for _, x := range s.Lhs {
				if id, ok := x.(*ast.Ident); ok {
					p.hoistName(id)
				}
			}
		case *ast.DeclStmt:
			for _, id := range varNames(s) {
				p.hoistName(id)
			}
		}
	}
}

func (p *plan) hoistName(id *ast.Ident) {
	if id.Name != "_" {
		p.hoisted = append(p.hoisted, id)
		p.names[id.Name] = true
	}
}

// varNames are the variables that a var statement declares.
func varNames(s *ast.DeclStmt) []*ast.Ident {
	g, ok := s.Decl.(*ast.GenDecl)
	if !ok || g.Tok != token.VAR {
		return nil
	}
	var out []*ast.Ident
	for _, spec := range g.Specs {
		out = append(out, spec.(*ast.ValueSpec).Names...)
	}
	return out
}

// declare makes versions of the cell's declarations.
func (p *plan) declare() {
	for _, d := range p.cell.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			p.declareFunc(d)
		case *ast.GenDecl:
			if d.Tok == token.CONST {
				p.declareConsts(d)
				continue
			}
			for _, spec := range d.Specs {
				p.declareType(d, spec.(*ast.TypeSpec))
			}
		}
	}
}

func (p *plan) declareFunc(fn *ast.FuncDecl) {
	recv := recvName(fn)
	switch {
	case fn.Recv == nil && fn.Name.Name == "init":
		p.inits = append(p.inits, fn)
		p.loose = append(p.loose, fn)
		return
	case fn.Name.Name == "_", fn.Recv != nil && recv == "":
		p.loose = append(p.loose, fn)
		return
	}
	d := p.newDecl(fn.Name.Name, fn)
	if recv != "" {
		d.key, d.recv = recv+"."+fn.Name.Name, recv
	}
	d.generic = isGeneric(fn)
	p.own = append(p.own, d)
}

func (p *plan) declareType(g *ast.GenDecl, spec *ast.TypeSpec) {
	if spec.Name.Name == "_" {
		p.loose = append(p.loose, &ast.GenDecl{Tok: token.TYPE, Specs: []ast.Spec{spec}})
		return
	}
	if spec.Doc == nil && len(g.Specs) == 1 {
		spec.Doc = g.Doc
	}
	d := p.newDecl(spec.Name.Name, spec)
	d.generic = spec.TypeParams != nil
	p.own = append(p.own, d)
}

func (p *plan) declareConsts(g *ast.GenDecl) {
	p.group = append(p.group, g)
	last := &ast.ValueSpec{}
	for i, spec := range g.Specs {
		spec := spec.(*ast.ValueSpec)
		if spec.Type != nil || len(spec.Values) > 0 {
			last = spec
		}
		full := &ast.ValueSpec{Doc: spec.Doc, Names: spec.Names, Type: last.Type, Values: last.Values, Comment: spec.Comment}
		if full.Doc == nil && len(g.Specs) == 1 {
			full.Doc = g.Doc
		}
		for j, id := range spec.Names {
			if id.Name == "_" {
				continue
			}
			d := p.newDecl(id.Name, full)
			d.iota, d.index = i, j
			d.text = fmt.Sprint(i, j, d.text)
			p.own = append(p.own, d)
		}
	}
}

func (p *plan) newDecl(key string, node ast.Node) *decl {
	return &decl{key: key, node: node, n: p.cell.N, fset: p.cell.Fset, text: text(node)}
}

// text is a declaration without its comments and its author's layout.
func text(node ast.Node) string {
	var b bytes.Buffer
	if fn, ok := node.(*ast.FuncDecl); ok {
		bare := *fn
		bare.Doc = nil
		node = &bare
	}
	if err := printer.Fprint(&b, token.NewFileSet(), node); err != nil {
		return ""
	}
	return b.String()
}

// dropUnchanged takes out what the cell declares just as it is declared already, so
// that running a cell again changes nothing. It stays if it depends on a change.
func (p *plan) dropUnchanged() {
	same := map[*decl]*decl{} // the cell's → the earlier
	for _, d := range p.own {
		if old, ok := p.s.view.lookup(d).(*decl); ok && p.unchanged(d, old) {
			same[d] = old
		}
	}
	keepWholeGroups(p, same)
	for {
		changed := map[string]bool{}
		for _, d := range p.own {
			if same[d] == nil {
				changed[d.key] = true
			}
		}
		for name := range p.names {
			if _, isVar := p.s.view.names[name].(*variable); !isVar {
				changed[name] = true
			}
		}
		hit := p.s.view.dependants(changed, nil)
		again := false
		for d, old := range same {
			if hit[old] {
				delete(same, d)
				again = true
			}
		}
		if again {
			keepWholeGroups(p, same)
			continue
		}
		break
	}
	var own []*decl
	for _, d := range p.own {
		if same[d] == nil {
			own = append(own, d)
		}
	}
	p.own = own
	p.dropGroups()
}

// keepWholeGroups lets a group of constants be unchanged only as a whole.
func keepWholeGroups(p *plan, same map[*decl]*decl) {
	for _, g := range p.group {
		all := true
		for _, d := range p.own {
			if d.isConst() && within(d, g) && same[d] == nil {
				all = false
			}
		}
		if all {
			continue
		}
		for d := range same {
			if d.isConst() && within(d, g) {
				delete(same, d)
			}
		}
	}
}

func (p *plan) dropGroups() {
	var kept []ast.Decl
	for _, g := range p.group {
		for _, d := range p.own {
			if d.isConst() && within(d, g) {
				kept = append(kept, g)
				break
			}
		}
	}
	p.group = kept
}

func within(d *decl, g ast.Decl) bool {
	pos := d.nameIdent().Pos()
	return g.Pos() <= pos && pos < g.End()
}

// unchanged reports whether d, if it were checked, would mean what old means.
func (p *plan) unchanged(d, old *decl) bool {
	if d.text == "" || d.text != old.text || len(p.env.dots) != len(old.env.dots) {
		return false
	}
	for _, r := range old.refs {
		if r.to == nil {
			if _, hidden := p.s.view.names[r.id.Name]; hidden || p.env.names[r.id.Name].path != r.pkg {
				return false
			}
			continue
		}
		if m, ok := r.to.(*decl); ok && m.recv != "" {
			continue
		}
		if !p.s.view.live(r.to) {
			return false
		}
	}
	return true
}

// dependants are the live declarations that mention, directly or not, a key that
// has changed. Those that are stuck do not count.
func (v *view) dependants(changed map[string]bool, stuck map[*decl]string) map[*decl]bool {
	hit := map[*decl]bool{}
	if len(changed) == 0 {
		return hit
	}
	keys := map[string]bool{}
	for k := range changed {
		keys[k] = true
	}
	for again := true; again; {
		again = false
		for d := range v.decls {
			if _, ok := stuck[d]; ok || hit[d] || changed[d.key] || !d.touches(keys) {
				continue
			}
			hit[d], keys[d.key], again = true, true, true
		}
	}
	return hit
}

func (d *decl) touches(keys map[string]bool) bool {
	for _, r := range d.refs {
		if r.to == nil {
			continue
		}
		if key, _ := r.to.ident(); keys[key] && key != d.key {
			return true
		}
	}
	return d.recv != "" && keys[d.recv]
}

// mentionsAny reports whether a node holds an identifier of one of the names.
func mentionsAny(node ast.Node, names map[string]bool) bool {
	found := false
	if len(names) == 0 || node == nil {
		return false
	}
	ast.Inspect(node, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && names[id.Name] {
			found = true
		}
		return !found
	})
	return found
}

// autoImport adds the packages that the cell names without importing them.
func (p *plan) autoImport() {
	wanted := map[string]map[string]bool{} // package name → what is selected from it
	note := func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if id, ok := sel.X.(*ast.Ident); ok && p.mayBePackage(id.Name) {
			if wanted[id.Name] == nil {
				wanted[id.Name] = map[string]bool{}
			}
			wanted[id.Name][sel.Sel.Name] = true
		}
		return true
	}
	for _, d := range p.cell.Decls {
		ast.Inspect(d, note)
	}
	for _, s := range p.cell.Stmts {
		ast.Inspect(s, note)
	}
	if p.cell.Result != nil {
		ast.Inspect(p.cell.Result, note)
	}
	for name, symbols := range wanted {
		p.autoImportName(name, symbols)
	}
}

// mayBePackage reports whether a name that is not imported by the user may mean a package.
func (p *plan) mayBePackage(name string) bool {
	if im, ok := p.env.names[name]; ok && !im.auto {
		return false
	}
	if len(p.s.lib.named(name)) == 0 || types.Universe.Lookup(name) != nil {
		return false
	}
	if _, taken := p.s.view.names[name]; taken {
		return false
	}
	for _, d := range p.own {
		if d.key == name {
			return false
		}
	}
	return true
}

func (p *plan) autoImportName(name string, symbols map[string]bool) {
	if im, ok := p.env.names[name]; ok && p.offers(im.path, symbols) == len(symbols) {
		return
	}
	known := p.s.lib.named(name)
	best, most := "", 0
	if !p.names[name] {
		best = known[0] // its lack of the symbol is what to tell the user
	}
	for _, path := range known {
		if n := p.offers(path, symbols); n > most {
			best, most = path, n
		}
	}
	if best != "" {
		p.env.names[name] = imported{path: best, auto: true}
	}
}

// offers counts the symbols that a package exports.
func (p *plan) offers(path string, symbols map[string]bool) int {
	pkg, err := p.s.lib.Import(path)
	if err != nil {
		return 0
	}
	n := 0
	for sym := range symbols {
		if token.IsExported(sym) && pkg.Scope().Lookup(sym) != nil {
			n++
		}
	}
	return n
}
