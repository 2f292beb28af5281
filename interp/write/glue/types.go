package glue

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/parago/parago/interp/check"
)

// isSession says whether a package is that of the session's names.
func isSession(p *types.Package) bool { return p != nil && p.Path() == check.Path }

// typ writes a type.
func (w *writer) typ(t types.Type) string {
	text, reason := w.typeText(t)
	if reason != "" {
		w.no("%s", reason)
	}
	return text
}

// typeText writes a type, or says why it has no text; then text is "".
func (w *writer) typeText(t types.Type) (text, reason string) {
	tw := typeWriter{writer: w}
	tw.write(t)
	if tw.reason != "" {
		return "", tw.reason
	}
	return tw.b.String(), ""
}

type typeWriter struct {
	*writer
	b      strings.Builder
	reason string
}

func (w *typeWriter) put(s string) { w.b.WriteString(s) }

func (w *typeWriter) fail(format string, args ...any) {
	if w.reason == "" {
		w.reason = fmt.Sprintf(format, args...)
	}
}

func (w *typeWriter) write(t types.Type) {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		if t.Kind() == types.UnsafePointer || t.Info()&types.IsUntyped != 0 || t.Kind() == types.Invalid {
			w.fail("the type %s", t)
		}
		w.put(t.Name())
	case *types.Named:
		w.named(t)
	case *types.Pointer:
		w.put("*")
		w.write(t.Elem())
	case *types.Slice:
		w.put("[]")
		w.write(t.Elem())
	case *types.Array:
		w.put(fmt.Sprintf("[%d]", t.Len()))
		w.write(t.Elem())
	case *types.Map:
		w.put("map[")
		w.write(t.Key())
		w.put("]")
		w.write(t.Elem())
	case *types.Chan:
		w.put([]string{"chan", "chan<-", "<-chan"}[t.Dir()] + " (")
		w.write(t.Elem())
		w.put(")")
	case *types.Signature:
		w.put("func")
		w.signature(t)
	case *types.Interface:
		if t.NumMethods() > 0 || !t.IsMethodSet() {
			w.fail("an interface without a name")
		}
		w.put("interface{}")
	case *types.Struct:
		if t.NumFields() > 0 {
			w.fail("a struct without a name")
		}
		w.put("struct{}")
	default:
		w.fail("the type %s", t)
	}
}

func (w *typeWriter) named(t *types.Named) {
	o := t.Obj()
	switch {
	case t.TypeArgs().Len() > 0 || t.TypeParams().Len() > 0:
		w.fail("a generic type")
	case o.Pkg() == nil:
		w.put(o.Name()) // error
	case isSession(o.Pkg()):
		d, _ := w.unit.Lookup(o)
		if d == nil {
			w.fail("the type %s of a block", o.Name())
			return
		}
		w.types[d.Name] = true
		w.put(w.session(d.Name))
	case !o.Exported() || o.Parent() != o.Pkg().Scope():
		w.fail("the type %s, which has no name outside", o.Name())
	case !fit[o.Pkg().Path()]:
		w.fail("package %s", o.Pkg().Path())
	default:
		w.put(w.pkg(o.Pkg().Path()) + "." + o.Name())
	}
}

func (w *typeWriter) signature(t *types.Signature) {
	w.put("(")
	for i := range t.Params().Len() {
		if i > 0 {
			w.put(", ")
		}
		p := t.Params().At(i).Type()
		if s, ok := p.(*types.Slice); ok && t.Variadic() && i == t.Params().Len()-1 {
			w.put("...")
			p = s.Elem()
		}
		w.write(p)
	}
	w.put(") (")
	for i := range t.Results().Len() {
		if i > 0 {
			w.put(", ")
		}
		w.write(t.Results().At(i).Type())
	}
	w.put(")")
}

// soundType refuses types of the session's that are not compiled, or not with all of their
// methods: a value in an interface would lack them.
func (w *writer) soundType(t types.Type) {
	if w.sound[t] {
		return
	}
	w.sound[t] = true
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		w.soundNamed(t)
	case *types.Pointer:
		w.soundType(t.Elem())
	case *types.Slice:
		w.soundType(t.Elem())
	case *types.Array:
		w.soundType(t.Elem())
	case *types.Chan:
		w.soundType(t.Elem())
	case *types.Map:
		w.soundType(t.Key())
		w.soundType(t.Elem())
	case *types.Struct:
		for f := range t.Fields() {
			w.soundType(f.Type())
		}
	}
}

func (w *writer) soundNamed(t *types.Named) {
	for a := range t.TypeArgs().Types() {
		w.soundType(a)
	}
	if !isSession(t.Obj().Pkg()) {
		return
	}
	d, _ := w.unit.Lookup(t.Obj())
	switch {
	case d == nil:
		w.no("the type %s of a block", t.Obj().Name())
	case t.TypeArgs().Len() > 0:
		w.no("a generic type")
	case !w.known.Type(d.Name):
		w.no("the type %s is not compiled yet", d.Key)
	}
	for m := range t.Methods() {
		if d, _ := w.unit.Lookup(m); d != nil && !w.known.Func(d.Name) {
			w.no("the method %s is not compiled yet", d.Key)
		}
	}
	w.soundType(t.Underlying())
}
