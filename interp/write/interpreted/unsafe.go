package interpreted

import (
	"fmt"
	"go/ast"
	"go/types"
)

// unsafely writes a conversion to or from unsafe.Pointer. "" means: it is none.
func (f *writer) unsafely(e *ast.CallExpr, to, from types.Type, text string) string {
	toPointer, fromPointer := f.isUnsafe(to), f.isUnsafe(from)
	switch {
	case toPointer == fromPointer:
		return ""
	case toPointer:
		p, ok := f.underlying(from).(*types.Pointer)
		if !ok {
			f.no(e, "an unsafe.Pointer that is made of a number", "the interpreter keeps variables where it likes")
		}
		f.sameBits(e, p.Elem())
		return "parago۰.Pointer(" + text + ")"
	}
	p, ok := f.underlying(to).(*types.Pointer)
	if !ok {
		return "parago۰.Address(" + text + ")"
	}
	f.sameBits(e, p.Elem())
	name := "pointer۰" + mangle(f.typ(to))
	return f.helper(name, func(w *writer) string {
		return fmt.Sprintf("func %s(p %s) %s { var v %[3]s; parago۰.PointTo(p, &v); return v }", name, w.typ(types.Typ[types.UnsafePointer]), w.typ(to))
	}) + "(" + text + ")"
}

func (f *writer) isUnsafe(t types.Type) bool {
	b, ok := f.underlying(t).(*types.Basic)
	return ok && b.Kind() == types.UnsafePointer
}

// sameBits refuses a type whose values are other bits in the interpreter than in Go: an interface of
// a cell's type, as it holds a dyn.Box.
func (f *writer) sameBits(e ast.Expr, t types.Type) {
	if n, ok := types.Unalias(t).(*types.Named); ok && !f.ours(n) {
		return
	}
	switch u := f.underlying(t).(type) {
	case *types.Interface:
		f.no(e, "an unsafe.Pointer to an interface", "it holds other bits in the interpreter")
	case *types.Array:
		f.sameBits(e, u.Elem())
	case *types.Struct:
		for v := range u.Fields() {
			f.sameBits(e, v.Type())
		}
	}
}
