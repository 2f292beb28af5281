package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/parago/parago/interp/cell"
)

// A Program is code of a session with all bodies, for those who read it. It has a file for
// each piece of a cell's text, and in it what stands there: no imports, no variables.
type Program struct {
	Fset  *token.FileSet
	Files []*ast.File
	Pkg   *types.Package
	Info  *types.Info

	cell   *Unit                     // the cell that it is; nil if it is the session
	byText map[*token.File]*ast.File // Files
}

// Program returns the session's declarations.
func (s *Scope) Program() *Program {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.whole(true)
	p := &Program{Fset: s.fset, Pkg: b.pkg, Info: b.info, byText: map[*token.File]*ast.File{}}
	for _, f := range b.ran {
		p.add(f.Decls...)
	}
	return p
}

// whole is a build of all that the session declares, with a package of its own.
func (s *Scope) whole(bodies bool) *build {
	b := newBuild(s.view, nil, nil)
	b.bodies = bodies
	b.keeper(nil).all()
	b.run(s.lib, s.fset)
	return b
}

// ProgramOf returns a cell, with all that it mentions of the session's declarations, also by way
// of others. Its error is that of Check, and nothing in the Scope changes.
func (s *Scope) ProgramOf(c *cell.Cell) (*Program, error) {
	u, err := s.checkIn(c, nil, true)
	if err != nil {
		return nil, err
	}
	return u.program(), nil
}

func (u *Unit) program() *Program {
	p := &Program{Fset: u.plan.s.fset, Pkg: u.Pkg, Info: u.Info, cell: u, byText: map[*token.File]*ast.File{}}
	for _, f := range u.build.ran {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == "_" && !fn.Name.Pos().IsValid() {
				d = u.statements(fn)
			}
			p.add(d)
		}
	}
	return p
}

// statements is the function in which the cell's statements were checked, at their place
// and with the last expression as something that is used.
func (u *Unit) statements(body *ast.FuncDecl) *ast.FuncDecl {
	list := append([]ast.Stmt(nil), u.Stmts...)
	switch r := u.Result; {
	case r == nil:
	case u.Info.Types[r].IsVoid():
		list = append(list, &ast.ExprStmt{X: r})
	default:
		blank := &ast.Ident{Name: "_", NamePos: r.Pos()}
		list = append(list, &ast.AssignStmt{Lhs: []ast.Expr{blank}, TokPos: r.Pos(), Tok: token.ASSIGN, Rhs: []ast.Expr{r}})
	}
	fn := *body
	if len(list) > 0 {
		fn.Type = &ast.FuncType{Func: list[0].Pos(), Params: body.Type.Params}
		u.Info.Scopes[fn.Type] = u.Info.Scopes[body.Type]
	}
	fn.Body = &ast.BlockStmt{List: list}
	return &fn
}

// add puts declarations into the files of the texts that they come from.
func (p *Program) add(decls ...ast.Decl) {
	for _, d := range decls {
		if g, ok := d.(*ast.GenDecl); ok && !g.Pos().IsValid() && g.Tok == token.TYPE {
			placed := *g
			placed.TokPos = g.Specs[0].Pos()
			d = &placed
		}
		if file := p.Fset.File(d.Pos()); file != nil {
			p.insert(file, d)
		}
	}
}

func (p *Program) insert(text *token.File, d ast.Decl) {
	f := p.byText[text]
	if f == nil {
		start := token.Pos(text.Base())
		f = &ast.File{Package: start, FileStart: start, FileEnd: start + token.Pos(text.Size()), Name: ast.NewIdent("main")}
		p.Files, p.byText[text] = append(p.Files, f), f
	}
	at, _ := slices.BinarySearchFunc(f.Decls, d, func(a, b ast.Decl) int { return int(a.Pos() - b.Pos()) })
	f.Decls = slices.Insert(f.Decls, at, d)
}

// Has reports whether a position is one of the program's own text, and not of what it
// mentions of others.
func (p *Program) Has(pos token.Pos) bool { return p.cell == nil || p.cell.Fset.File(pos) != nil }

// AtTop reports whether a position is in a statement of a cell's top level, whose variables
// live on, and in no function there.
func (p *Program) AtTop(pos token.Pos) bool {
	if p.cell == nil {
		return false
	}
	top := false
	for _, s := range p.cell.Stmts {
		ast.Inspect(s, func(n ast.Node) bool {
			if n == nil || pos < n.Pos() || pos >= n.End() {
				return false
			}
			_, inside := n.(*ast.FuncLit)
			top = !inside
			return !inside
		})
	}
	return top
}
