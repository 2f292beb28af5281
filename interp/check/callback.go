package check

import "go/types"

// CallsBack reports whether a value of type t may hold functions or methods of a cell's, so that
// a library that is given it may call them.
func CallsBack(t types.Type) bool {
	seen := map[types.Type]bool{}
	var visit func(t types.Type) bool
	visit = func(t types.Type) bool {
		if seen[t] {
			return false
		}
		seen[t] = true
		if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == Path && n.NumMethods() > 0 {
			return true
		}
		switch t := t.Underlying().(type) {
		case *types.Interface, *types.Signature:
			return true
		case interface{ Elem() types.Type }: // a pointer, slice, array, channel or map
			if m, ok := t.(*types.Map); ok && visit(m.Key()) {
				return true
			}
			return visit(t.Elem())
		case *types.Struct:
			for f := range t.Fields() {
				if visit(f.Type()) {
					return true
				}
			}
		case *types.Tuple:
			for v := range t.Variables() {
				if visit(v.Type()) {
					return true
				}
			}
		}
		return false
	}
	return visit(t)
}
