package agree

import "go/types"

// Incomplete reports whether nothing may be made of a type but variables of a package: it is C's, or has a part
// that is (runtime/cgo.Incomplete).
func Incomplete(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Array:
		return Incomplete(u.Elem())
	case *types.Struct:
		if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "runtime/cgo" && n.Obj().Name() == "Incomplete" {
			return true
		}
		for f := range u.Fields() {
			if Incomplete(f.Type()) {
				return true
			}
		}
	}
	return false
}
