package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"sort"
	"strings"
)

// A build is one run of go/types over what a cell adds to the session, and over the
// declarations that it mentions and that have no object yet, without the bodies that an
// earlier run has checked.
type build struct {
	view    *view
	world   *world          // the objects that are there; nil: none
	stale   map[target]bool // those that are not what the cell sees
	pkg     *types.Package
	outer   *types.Scope // around the package's: what is not declared in this build
	info    *types.Info
	errs    []types.Error
	targets targets                 // what objects stand for
	objs    map[target]types.Object // the other way round: all that the build has come across
	aliases map[string]target       // superseded versions in pkg, by name there

	nodes map[*decl]ast.Node // as they stand in files

	bodies bool // all declarations have theirs
	files  map[string]*ast.File
	order  []*ast.File
	ran    []*ast.File // order of the last run
	opaque int
	marked []marked // declarations whose objects are known after the run
}

// marked is an identifier whose definition stands for a target.
type marked struct {
	id *ast.Ident
	to target
}

// resultFunc wraps the last expression of a cell: what can be passed to it is a result.
const resultFunc = "result۰"

func newInfo() *types.Info {
	return &types.Info{
		Types:      map[ast.Expr]types.TypeAndValue{},
		Defs:       map[*ast.Ident]types.Object{},
		Uses:       map[*ast.Ident]types.Object{},
		Implicits:  map[ast.Node]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
		Scopes:     map[ast.Node]*types.Scope{},
		Instances:  map[*ast.Ident]types.Instance{},
	}
}

// newBuild begins a build with the objects of a world but for stale ones. Without a world
// it has a package of its own.
func newBuild(v *view, w *world, stale map[target]bool) *build {
	b := &build{
		view:    v,
		world:   w,
		stale:   stale,
		outer:   types.NewScope(types.Universe, token.NoPos, token.NoPos, "session"),
		info:    newInfo(),
		targets: targets{own: map[types.Object]target{}},
		objs:    map[target]types.Object{},
		aliases: map[string]target{},
		nodes:   map[*decl]ast.Node{},
		files:   map[string]*ast.File{},
	}
	if w != nil {
		b.pkg, b.targets.more = w.pkg, &w.targets
	} else {
		b.pkg = types.NewPackage(Path, "main")
	}
	*b.pkg.Scope() = *types.NewScope(b.outer, token.NoPos, token.NoPos, "cell")
	b.pkg.SetImports(nil)
	anys := types.NewSlice(types.Universe.Lookup("any").Type())
	params := types.NewTuple(types.NewVar(token.NoPos, b.pkg, "", anys))
	sig := types.NewSignatureType(nil, nil, nil, params, nil, true)
	b.outer.Insert(types.NewFunc(token.NoPos, b.pkg, resultFunc, sig))
	return b
}

// whole reports whether d is added with its body.
func (b *build) whole(d *decl) bool { return b.bodies || d.whole() }

// run checks the files that have been added.
func (b *build) run(lib *library, fset *token.FileSet) {
	b.errs = nil
	conf := types.Config{
		Importer:                 lib,
		GoVersion:                lib.std.language(),
		DisableUnusedImportCheck: true,
		Error: func(err error) {
			if e, ok := err.(types.Error); ok {
				b.errs = append(b.errs, e)
			}
		},
	}
	check := types.NewChecker(&conf, fset, b.pkg, b.info)
	_ = check.Files(b.order) // the errors are in b.errs
	b.ran, b.order, b.files = b.order, nil, map[string]*ast.File{}
	for _, m := range b.marked {
		if obj := b.info.Defs[m.id]; obj != nil {
			b.bind(obj, m.to)
		}
	}
	b.marked = nil
}

func (b *build) bind(obj types.Object, to target) {
	b.targets.own[obj] = to
	b.objs[to] = obj
}

// file returns the file in which declarations under the given imports stand.
func (b *build) file(env *imports) *ast.File {
	d := env.decl()
	var key strings.Builder
	for _, s := range d.Specs {
		s := s.(*ast.ImportSpec)
		key.WriteString(s.Name.Name + s.Path.Value)
	}
	f := b.files[key.String()]
	if f == nil {
		f = &ast.File{Name: ast.NewIdent("main")}
		if len(d.Specs) > 0 {
			f.Decls = append(f.Decls, d)
		}
		b.files[key.String()] = f
		b.order = append(b.order, f)
	}
	return f
}

func (b *build) add(env *imports, d ast.Decl) {
	f := b.file(env)
	f.Decls = append(f.Decls, d)
}

// place adds a declaration as it is written.
func (b *build) place(d *decl, env *imports, node ast.Node) {
	b.nodes[d] = node
	switch n := node.(type) {
	case *ast.FuncDecl:
		if n.Body == nil && n.Recv == nil && n.Name.Name == "main" {
			short := *n
			short.Body = &ast.BlockStmt{} // main may not be without
			n = &short
		}
		b.add(env, n)
		b.marked = append(b.marked, marked{n.Name, d})
	case *ast.TypeSpec:
		b.add(env, &ast.GenDecl{Tok: token.TYPE, Specs: []ast.Spec{n}})
		b.marked = append(b.marked, marked{n.Name, d})
	case *ast.ValueSpec:
		b.placeConst(d, env, n)
	}
}

// placeConst adds one constant of what may have been a group, at its place in it.
func (b *build) placeConst(d *decl, env *imports, n *ast.ValueSpec) {
	group := &ast.GenDecl{Tok: token.CONST}
	for range d.iota {
		zero := &ast.BasicLit{Kind: token.INT, Value: "0"}
		group.Specs = append(group.Specs, &ast.ValueSpec{Names: []*ast.Ident{ast.NewIdent("_")}, Values: []ast.Expr{zero}})
	}
	spec := &ast.ValueSpec{Type: n.Type, Values: n.Values}
	for i, id := range n.Names {
		if i != d.index {
			id = ast.NewIdent("_")
		}
		spec.Names = append(spec.Names, id)
	}
	group.Specs = append(group.Specs, spec)
	b.add(env, group)
	b.marked = append(b.marked, marked{d.nameIdent(), d})
}

// typeExpr writes a type of another build as an expression for this one.
func (b *build) typeExpr(t types.Type, via *targets) ast.Expr {
	w := typeWriter{via: via, spell: b.view.spell, opaque: func(t types.Type) *ast.Ident {
		name := opaqueName(b.opaque)
		b.opaque++
		b.outer.Insert(types.NewTypeName(token.NoPos, b.pkg, name, t))
		return ast.NewIdent(name)
	}}
	return w.expr(t)
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
