package interpreted

import (
	"go/ast"
	"go/token"
	"go/types"
	"io/fs"
	"strings"

	"github.com/parago/parago/interp/check"
	"github.com/parago/parago/interp/write/interpreted/prelude"
)

// libraryPrefix is where the sources of prelude have their import paths.
const libraryPrefix = "parago/prelude/"

// Library is the source of the generic functions and types that stand for the standard
// library's, by import path. The scope that checks the cells must have it.
func Library() map[string]fs.FS {
	out := map[string]fs.FS{}
	for _, p := range prelude.Packages() {
		sub, err := fs.Sub(prelude.Source, p)
		if err != nil {
			continue
		}
		out[libraryPrefix+p] = sub
	}
	return out
}

// A library finds the generic code of packages.
type library struct {
	sources Sources
}

func newLibrary(s Sources) *library { return &library{s} }

// owns says whether the object is of a package whose generic code is here by itself:
// the prelude.
func (l *library) owns(o types.Object) bool {
	return o.Pkg() != nil && strings.HasPrefix(o.Pkg().Path(), libraryPrefix)
}

// find returns the declaration of a generic function or type of a package, or of a
// method, and the object that it declares there.
func (l *library) find(o types.Object) (*source, types.Object) {
	path := o.Pkg().Path()
	src, ok := l.sources.Source(path)
	if !ok {
		if src, ok = l.sources.Source(libraryPrefix + path); !ok {
			return nil, nil
		}
	}
	recv := ""
	if f, ok := o.(*types.Func); ok {
		if n := receiver(f); n != nil {
			recv = n.Obj().Name()
		}
	}
	for _, file := range src.Files {
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.Name == o.Name() && recvName(d) == recv {
					return &source{d, src.Info, src.Fset}, src.Info.Defs[d.Name]
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if ts, ok := s.(*ast.TypeSpec); ok && recv == "" && ts.Name.Name == o.Name() {
						return &source{ts, src.Info, src.Fset}, src.Info.Defs[ts.Name]
					}
				}
			}
		}
	}
	return nil, nil
}

func recvName(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return ""
	}
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}

// typeOf is the library's own version of a generic type of another package, nil if
// there is none.
func (l *library) typeOf(o *types.TypeName) *types.Named {
	if o.Pkg() == nil {
		return nil
	}
	if _, ok := l.sources.Source(libraryPrefix + o.Pkg().Path()); !ok {
		return nil
	}
	_, found := l.find(o)
	if found == nil {
		return nil
	}
	n, _ := found.Type().(*types.Named)
	return n
}

// instance writes a use of a generic function: the name of its instance, or a method that is
// one.
func (f *writer) instance(e ast.Expr) string {
	e = ast.Unparen(e)
	var id *ast.Ident
	switch x := e.(type) {
	case *ast.Ident:
		id = x
	case *ast.SelectorExpr:
		if f.info.Selections[x] != nil {
			return f.selector(x)
		}
		id = x.Sel
	case *ast.IndexExpr:
		return f.instance(x.X)
	case *ast.IndexListExpr:
		return f.instance(x.X)
	}
	fn, ok := f.info.Uses[id].(*types.Func)
	if !ok {
		f.no(e, "this instance", "not known to the lowering")
	}
	return f.instanceOf(e, fn.Origin(), f.typeArgs(id))
}

// typeArgs are the type arguments of a name, written or inferred.
func (f *writer) typeArgs(id *ast.Ident) (args []types.Type) {
	for a := range f.info.Instances[id].TypeArgs.Types() {
		args = append(args, f.subst(a))
	}
	return args
}

// arguments are type arguments with what the name of their instance ends in.
type arguments struct {
	types  []types.Type
	suffix string
}

// suffix is what the name of an instance ends in.
func (f *writer) suffix(args []types.Type) (s string) {
	for _, a := range args {
		s += "۰" + mangle(f.key(a))
	}
	return s
}

// instanceOf writes the instance of a generic function for the type arguments, on demand.
func (f *writer) instanceOf(at ast.Node, fn *types.Func, args []types.Type) string {
	var s *source
	name := fn.Name()
	if f.session(fn) {
		d, _ := f.unit.Lookup(fn)
		s, name = f.sourceOf(d), f.name(fn)
	} else {
		path := strings.TrimPrefix(fn.Pkg().Path(), libraryPrefix)
		found, obj := f.library.find(fn)
		if found == nil {
			f.no(at, path+"."+fn.Name(), "the interpreter's library does not have it")
		}
		s, fn = found, obj.(*types.Func)
		name = alias(path) + name
	}
	name += f.suffix(args)
	env := map[*types.TypeParam]types.Type{}
	for i := range fn.Signature().TypeParams().Len() {
		env[fn.Signature().TypeParams().At(i)] = args[i]
	}
	f.function(name, fn, s, env)
	return f.mention(name)
}

// instanceMethod writes a method of an instance of a generic type, or an instance of a generic
// method, for the type arguments.
func (c *cell) instanceMethod(t *types.Named, typeName string, m *types.Func, args arguments) string {
	m = m.Origin()
	var s *source
	base := m.Name()
	if c.session(m) {
		d, _ := c.unit.Lookup(m)
		s = c.sourceOf(d)
		base = d.Name[strings.LastIndex(d.Name, ".")+1:]
	} else {
		found, obj := c.library.find(m)
		if found == nil {
			c.refuse(c.unit.Fset.Position(t.Obj().Pos()), t.Obj().Name()+"."+m.Name(), "the interpreter's library does not have it")
		}
		s, m = found, obj.(*types.Func)
	}
	name := typeName + "." + base + args.suffix
	env := map[*types.TypeParam]types.Type{}
	for i := range m.Signature().RecvTypeParams().Len() {
		env[m.Signature().RecvTypeParams().At(i)] = t.TypeArgs().At(i)
	}
	for i, a := range args.types {
		env[m.Signature().TypeParams().At(i)] = a
	}
	c.function(name, m, s, env)
	return name
}

// libraryFunc is a function of the library that is not generic.
func (f *writer) libraryFunc(fn *types.Func, _ []types.Type) string {
	return f.instanceOf(ast.NewIdent(fn.Name()), fn, nil)
}

// A source is a declaration to be written, once or once for each instance.
type source struct {
	node ast.Node
	info *types.Info
	fset *token.FileSet
}

func (c *cell) sourceOf(d *check.Decl) *source { return &source{d.Node, d.Info, d.Fset} }
