package glue

import (
	"fmt"
	"go/ast"
	"go/types"
)

// path writes fields of fields of x, which is of type t, and says what type the last one has.
func (w *writer) path(x ast.Expr, t types.Type, index []int) (string, types.Type) {
	base := w.expr(x)
	lasting := w.info.Types[x].Addressable()
	for _, i := range index {
		pointer := false
		if p, ok := t.Underlying().(*types.Pointer); ok {
			w.deref(base, x.End())
			t, pointer, lasting = p.Elem(), true, true
		}
		f := t.Underlying().(*types.Struct).Field(i)
		switch {
		case f.Exported():
			base += "." + f.Name()
		case pointer:
			base = "(*" + w.hidden(base, i, f) + ")"
		case lasting:
			w.addressable(x)
			base = "(*" + w.hidden(w.pointerTo(base), i, f) + ")"
		default:
			base = "(*" + w.hidden(w.native("Copy", base), i, f) + ")"
		}
		t = f.Type()
	}
	return base, t
}

// pointerTo is the pointer to what a text stands for: of *p it is p.
func (w *writer) pointerTo(text string) string {
	if n := len(text) - 1; n > 3 && text[:2] == "(*" && text[n] == ')' && isQualified(text[2:n]) {
		return text[2:n]
	}
	return w.keep("&" + text)
}

// hidden is a pointer to a field whose name only its own package may write.
func (w *writer) hidden(pointer string, i int, f *types.Var) string {
	if !isSession(f.Pkg()) {
		w.no("the unexported field %s", f.Name())
	}
	if _, ok := f.Type().Underlying().(*types.Signature); ok {
		w.no("the unexported field %s, a function", f.Name())
	}
	t := w.temp()
	w.out("%s, _ := %s.(*%s)\n", t, w.native("Field", pointer, fmt.Sprint(i)), w.typ(f.Type()))
	return t
}
