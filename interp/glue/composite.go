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
		return w.keep("&" + w.literalOf(e, p.Elem()))
	}
	return w.literalOf(e, t)
}

func (w *writer) literalOf(e *ast.CompositeLit, t types.Type) string {
	w.soundType(t)
	w.compiledType(t)
	l := &parts{writer: w}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		l.fields(e, u)
	case *types.Map:
		l.pairs(e, u)
	case *types.Slice:
		l.elements(e, u.Elem())
	case *types.Array:
		l.elements(e, u.Elem())
	default:
		w.no("a literal of type %s", t)
	}
	return w.typ(t) + "{" + l.text() + "}"
}

// parts are those of a literal: what stands before each value, and the value. One that is
// not constant is put into a variable, as the interpreter takes the type of *x there for that
// of x; and this after all calls, as the compiler does.
type parts struct {
	*writer
	before []string
	values []string
	fixed  []bool
}

func (l *parts) add(before string, e ast.Expr, t types.Type) {
	l.before = append(l.before, before)
	l.values = append(l.values, l.value(e, t))
	l.fixed = append(l.fixed, l.isConst(e) || l.info.Types[e].IsNil())
}

// settle evaluates the values.
func (l *parts) settle() {
	for i, v := range l.values {
		if !l.fixed[i] {
			l.values[i], l.fixed[i] = l.keep(v), true
		}
	}
}

// text writes the parts.
func (l *parts) text() string {
	l.settle()
	var b strings.Builder
	for i, v := range l.values {
		b.WriteString(l.before[i] + v)
	}
	return b.String()
}

// comma is what stands between two parts.
func (l *parts) comma() string {
	if len(l.values) == 0 {
		return ""
	}
	return ", "
}

// fields adds the fields of a struct by their names.
func (l *parts) fields(e *ast.CompositeLit, s *types.Struct) {
	for i, x := range e.Elts {
		var f *types.Var
		if kv, ok := x.(*ast.KeyValueExpr); ok {
			f = l.info.Uses[kv.Key.(*ast.Ident)].(*types.Var)
			x = kv.Value
		} else {
			f = s.Field(i)
		}
		if !f.Exported() {
			l.no("the unexported field %s", f.Name())
		}
		l.add(l.comma()+f.Name()+": ", x, f.Type())
	}
}

// pairs adds keys and values of a map.
func (l *parts) pairs(e *ast.CompositeLit, m *types.Map) {
	if types.IsInterface(m.Key()) {
		l.no("a map whose keys are interfaces")
	}
	for _, x := range e.Elts {
		kv := x.(*ast.KeyValueExpr)
		l.add(l.comma(), kv.Key, m.Key())
		l.add(": ", kv.Value, m.Elem())
		l.settle() // the compiler puts one pair in after the other
	}
}

// elements adds those of a slice or an array.
func (l *parts) elements(e *ast.CompositeLit, elem types.Type) {
	for _, x := range e.Elts {
		before := l.comma()
		if kv, ok := x.(*ast.KeyValueExpr); ok {
			before += l.constant(l.info.Types[kv.Key].Value, types.Typ[types.Int]) + ": "
			x = kv.Value
		}
		l.add(before, x, elem)
	}
}
