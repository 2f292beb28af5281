package interpreted

import "go/types"

// session says whether the object is declared in a cell.
func (c *cell) session(o types.Object) bool {
	return o.Pkg() != nil && o.Pkg().Path() == c.unit.Pkg.Path()
}

// ours says whether a named type is written by us: declared in a cell, or a generic type
// of the library.
func (c *cell) ours(n *types.Named) bool {
	return n.Obj().Pkg() != nil && (c.session(n.Obj()) || c.library.owns(n.Obj()) || n.TypeArgs().Len() > 0)
}

// pure says whether a value of the type, as the interpreter holds it, has its real type.
func (f *writer) pure(t types.Type) bool { return f.pureIn(t, map[types.Type]bool{}) }

func (f *writer) pureIn(t types.Type, seen map[types.Type]bool) bool {
	t = types.Unalias(f.subst(t))
	switch t := t.(type) {
	case *types.Named:
		return t.Obj().Pkg() == nil || !f.ours(t)
	case *types.Pointer:
		return f.pureIn(t.Elem(), seen)
	case *types.Slice:
		return f.pureIn(t.Elem(), seen)
	case *types.Array:
		return f.pureIn(t.Elem(), seen)
	case *types.Chan:
		return f.pureIn(t.Elem(), seen)
	case *types.Map:
		return f.pureIn(t.Key(), seen) && f.pureIn(t.Elem(), seen)
	case *types.Signature:
		for v := range t.Params().Variables() {
			if !f.pureIn(v.Type(), seen) {
				return false
			}
		}
		for v := range t.Results().Variables() {
			if !f.pureIn(v.Type(), seen) {
				return false
			}
		}
		return true
	case *types.Struct:
		return t.NumFields() == 0
	case *types.Interface:
		return t.NumMethods() == 0
	}
	return true
}
