package compiled

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// A struct type without a name is another type in each package if it has unexported fields.
// So the first package that writes one declares its shape, with accessors, and all others use that:
// the names of the fields, whose types are parameters. For struct{ n int } that is
//
//	type Ⲡstruct۰4f3a[T۰0 any] = struct{ n T۰0 }
//
// and the type is Ⲡstruct۰4f3a[int], as struct{ n T } of a generic function is Ⲡstruct۰4f3a[T]: an
// instance of the function makes the same type as a cell that writes it.

// A shape is what struct types have in common that one package must declare.
type shape struct {
	name   string
	fields []shapeField
	params []string
	args   []types.Type // what the parameters stand for
}

// A shapeField has its type as it is written where the shape is declared.
type shapeField struct {
	*types.Var
	typ, tag string
}

func (f shapeField) text() string {
	if f.Embedded() {
		return f.typ + f.tag
	}
	return f.Name() + " " + f.typ + f.tag
}

// anonymous writes such a struct as an instance of its shape, "" if all packages can write it, or
// if no other package can, since it embeds a type that is declared in a function.
func (w *typeWriter) anonymous(st *types.Struct) string {
	if !hasHidden(st) {
		return ""
	}
	s, ok := w.shapeOf(st)
	if !ok {
		return ""
	}
	name := w.declareShape(s)
	if len(s.args) == 0 {
		return name
	}
	var args []string
	for _, t := range s.args {
		args = append(args, w.write(t))
	}
	return name + "[" + strings.Join(args, ", ") + "]"
}

// shapeOf finds the shape of a struct. What it embeds cannot be a parameter.
func (w *typeWriter) shapeOf(st *types.Struct) (s shape, ok bool) {
	key := ""
	for i := range st.NumFields() {
		f := shapeField{Var: st.Field(i)}
		if tag := st.Tag(i); tag != "" {
			f.tag = " " + strconv.Quote(tag)
		}
		key += f.Name() + f.tag
		if f.Embedded() {
			top := &typeWriter{file: w.file, u: w.u, ok: true}
			id := &typeWriter{file: w.file, u: w.u, ok: true, identity: true}
			f.typ = top.write(f.Type())
			key += " embedded " + id.write(f.Type())
			if !top.ok {
				w.ok = w.ok && !isParametric(f.Type())
				return s, false
			}
		} else {
			f.typ = fmt.Sprintf("T%s%d", mark, len(s.args))
			s.params, s.args = append(s.params, f.typ), append(s.args, f.Type())
		}
		w.ok = w.ok && (f.Exported() || session(f.Pkg()))
		s.fields, key = append(s.fields, f), key+"; "
	}
	s.name = export + "struct" + mark + digest(key)
	return s, true
}

// isParametric reports whether a type is made of type parameters.
func isParametric(t types.Type) bool {
	n, ok := types.Unalias(deref(t)).(*types.Named)
	if !ok {
		return false
	}
	for arg := range n.TypeArgs().Types() {
		if _, param := types.Unalias(arg).(*types.TypeParam); param || isParametric(arg) {
			return true
		}
	}
	return false
}

// declareShape has this package declare a shape, if none has. It returns the name that it has here.
func (f *file) declareShape(s shape) string {
	switch h := f.homeOf(s.name); {
	case h != "":
		return f.pkg(h) + "." + s.name
	case f.homes[s.name] != "":
		return s.name
	}
	f.homes[s.name] = pathHere
	params, args := "", ""
	if len(s.params) > 0 {
		list := strings.Join(s.params, ", ")
		params, args = "["+list+" any]", "["+list+"]"
	}
	var fields []string
	for _, v := range s.fields {
		fields = append(fields, v.text())
	}
	fmt.Fprintf(&f.head, "type %s%s = struct{%s}\n", s.name, params, strings.Join(fields, "; "))
	for _, v := range s.fields {
		if !v.Exported() && v.Name() != "_" {
			fmt.Fprintf(&f.head, "func %s%s%s%s(p *%s%s) *%s { return &p.%s }\n", s.name, mark, v.Name(), params, s.name, args, v.typ, v.Name())
		}
	}
	return s.name
}

// hasHidden reports whether a struct has fields whose names are each package's own.
func hasHidden(st *types.Struct) bool {
	for v := range st.Fields() {
		if !v.Exported() {
			return true
		}
	}
	return false
}

// anonymousAccessor is the function that reaches a field of such a struct, "" if it is one of
// this package's.
func (w *writer) anonymousAccessor(st *types.Struct, v *types.Var) string {
	s, ok := w.shape(st)
	if !ok || w.homeOf(s.name) == "" {
		return ""
	}
	return w.pkg(w.homeOf(s.name)) + "." + s.name + mark + v.Name()
}

func (w *writer) shape(st *types.Struct) (shape, bool) {
	return (&typeWriter{file: w.file, u: w.u, ok: true}).shapeOf(st)
}

// resume says, within a line, where the text that follows comes from.
func (w *writer) resume(p token.Pos) string {
	pos := w.fset.Position(p)
	return fmt.Sprintf("/*line %s:%d:%d*/", w.src.file, pos.Line, pos.Column)
}

// structType writes a struct type as it stands in the text.
func (w *writer) structType(n *ast.StructType) (string, bool) {
	st, ok := w.typeOf(n).(*types.Struct)
	if !ok || !hasHidden(st) {
		return "", false
	}
	tw := &typeWriter{file: w.file, u: w.u, ok: true, at: n.Pos()}
	name := tw.anonymous(st)
	if !tw.ok {
		fail(w.fset.Position(n.Pos()), "a struct type that has unexported fields here, and embeds what other cells cannot: give it a name")
	}
	if name == "" {
		return "", false
	}
	return name + w.resume(n.End()), true
}
