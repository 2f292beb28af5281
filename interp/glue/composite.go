package glue

import (
	"go/ast"
	"go/types"
	"strings"
)

// composite writes T{…}. Elements whose type is left out get it back.
func (w *writer) composite(e *ast.CompositeLit) string {
	t := w.typeOf(e)
	if p, ok := t.Underlying().(*types.Pointer); ok && e.Type == nil { // in []*T{{…}}
		w.compiledType(t)
		return "&" + w.literalOf(e, p.Elem())
	}
	return w.literalOf(e, t)
}

func (w *writer) literalOf(e *ast.CompositeLit, t types.Type) string {
	w.soundType(t)
	w.compiledType(t)
	var elts []string
	switch u := t.Underlying().(type) {
	case *types.Struct:
		elts = w.fields(e, u)
	case *types.Map:
		if types.IsInterface(u.Key()) {
			w.no("a map whose keys are interfaces")
		}
		for _, x := range e.Elts {
			kv := x.(*ast.KeyValueExpr)
			key := w.part(kv.Key, u.Key())
			elts = append(elts, key+": "+w.part(kv.Value, u.Elem()))
		}
	case *types.Slice:
		elts = w.elements(e, u.Elem())
	case *types.Array:
		elts = w.elements(e, u.Elem())
	default:
		w.no("a literal of type %s", t)
	}
	return w.typ(t) + "{" + strings.Join(elts, ", ") + "}"
}

// fields writes the fields of a struct literal by their names.
func (w *writer) fields(e *ast.CompositeLit, s *types.Struct) (elts []string) {
	for i, x := range e.Elts {
		var f *types.Var
		if kv, ok := x.(*ast.KeyValueExpr); ok {
			f = w.info.Uses[kv.Key.(*ast.Ident)].(*types.Var)
			x = kv.Value
		} else {
			f = s.Field(i)
		}
		if !f.Exported() {
			w.no("the unexported field %s", f.Name())
		}
		elts = append(elts, f.Name()+": "+w.part(x, f.Type()))
	}
	return elts
}

// elements writes those of a slice or an array.
func (w *writer) elements(e *ast.CompositeLit, elem types.Type) (elts []string) {
	for _, x := range e.Elts {
		key := ""
		if kv, ok := x.(*ast.KeyValueExpr); ok {
			key, x = w.constant(w.info.Types[kv.Key].Value, types.Typ[types.Int])+": ", kv.Value
		}
		elts = append(elts, key+w.part(x, elem))
	}
	return elts
}

// part writes a value that stands in a literal: one that is not constant as a variable, as
// the interpreter takes the type of *x there for that of x.
func (w *writer) part(e ast.Expr, t types.Type) string {
	if w.isConst(e) || w.info.Types[e].IsNil() {
		return w.value(e, t)
	}
	return w.keep(w.value(e, t))
}
