package glue

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// composite writes T{…}. Elements whose type is left out get it back.
func (w *writer) composite(e *ast.CompositeLit) string {
	t := w.typeOf(e)
	if p, ok := t.Underlying().(*types.Pointer); ok && e.Type == nil { // in []*T{{…}}
		w.compiledType(t)
		return w.literalPointer(e, p.Elem())
	}
	l := w.literalParts(e, t)
	if l.hides() {
		return "(*" + l.build(t) + ")"
	}
	return w.typ(t) + "{" + l.text() + "}"
}

// literalPointer writes &T{…}.
func (w *writer) literalPointer(e *ast.CompositeLit, t types.Type) string {
	l := w.literalParts(e, t)
	if l.hides() {
		return l.build(t)
	}
	return w.keep("&" + w.typ(t) + "{" + l.text() + "}")
}

func (w *writer) literalParts(e *ast.CompositeLit, t types.Type) *parts {
	w.soundType(t)
	w.compiledType(t)
	l := &parts{writer: w}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		l.structure(e, u)
	case *types.Map:
		l.pairs(e, u)
	case *types.Slice:
		l.elements(e, u.Elem())
	case *types.Array:
		l.elements(e, u.Elem())
	default:
		w.no("a literal of type %s", t)
	}
	return l
}

// parts are those of a literal: what stands before each value, and the value. One that is
// not constant is put into a variable, as the interpreter takes the type of *x there for that
// of x; and this after all calls, as the compiler does.
type parts struct {
	*writer
	before []string
	values []string
	fixed  []bool
	fields []field // of a struct
}

// A field is one of a struct that a literal sets.
type field struct {
	*types.Var
	index int
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

// structure adds the fields of a struct by their names.
func (l *parts) structure(e *ast.CompositeLit, s *types.Struct) {
	for i, x := range e.Elts {
		if kv, ok := x.(*ast.KeyValueExpr); ok {
			name := kv.Key.(*ast.Ident).Name
			for i = 0; i < s.NumFields() && s.Field(i).Name() != name; i++ {
			}
			if i == s.NumFields() {
				l.no("a literal that sets a field of an embedded struct")
			}
			x = kv.Value
		}
		f := s.Field(i)
		l.add(l.comma()+f.Name()+": ", x, f.Type())
		l.fields = append(l.fields, field{f, i})
	}
}

// hides says whether there are fields whose names only their own package may write.
func (l *parts) hides() bool {
	return slices.ContainsFunc(l.fields, func(f field) bool { return !f.Exported() })
}

// build makes a struct field by field, and returns a pointer to it.
func (l *parts) build(t types.Type) string {
	l.settle()
	p := l.keep("new(" + l.typ(t) + ")")
	for i, f := range l.fields {
		to := p + "." + f.Name()
		if !f.Exported() {
			to = "*" + l.hidden(p, f.index, f.Var)
		}
		l.store(to, l.values[i])
	}
	return p
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
