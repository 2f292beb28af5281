package check

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/printer"
	"go/token"
	"strconv"

	"github.com/parago/parago/interp/cell"
)

// A plan is what the check of one cell has found out so far.
type plan struct {
	s     *Scope
	world *world // of s; nil for a check of its own
	cell  *cell.Cell
	env   *imports // what the cell imports and what it finds imported

	effects []string // paths that the cell imports without a name

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
	bodies bool                 // the type checker gets those of all earlier declarations too
}

func (s *Scope) newPlan(c *cell.Cell, w *world) *plan {
	return &plan{
		s: s, world: w, cell: c,
		env:    s.imports.clone(),
		names:  map[string]bool{},
		vars:   map[string]*variable{},
		stuck:  map[*decl]string{},
		copies: map[*decl]*decl{},
	}
}

func (s *Scope) plan(c *cell.Cell, w *world) (*plan, error) {
	p := s.newPlan(c, w)
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
		if p.s.lib.isExternal(path) { // all others are there in any case
			p.effects = append(p.effects, path)
		}
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
	p.hideDotted()
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
	return &decl{key: key, node: node, n: p.cell.N, fset: p.cell.Fset, text: text(node), cell: p.cell.Source}
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
