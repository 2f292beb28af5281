package glue

import (
	"fmt"
	"go/types"

	"github.com/parago/parago/interp/agree"
	"github.com/parago/parago/interp/check"
	"github.com/parago/parago/interp/write/typetext"
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
	text = tw.write(t)
	if tw.reason != "" {
		return "", tw.reason
	}
	return text, ""
}

type typeWriter struct {
	*writer
	reason string
}

// fail notes why a type has no text. It returns none.
func (w *typeWriter) fail(format string, args ...any) string {
	if w.reason == "" {
		w.reason = fmt.Sprintf(format, args...)
	}
	return ""
}

func (w *typeWriter) write(t types.Type) string {
	t = types.Unalias(t)
	if text, ok := typetext.Composite(t, w.write); ok {
		return text
	}
	switch t := t.(type) {
	case *types.Basic:
		if t.Kind() == types.UnsafePointer || t.Info()&types.IsUntyped != 0 || t.Kind() == types.Invalid {
			return w.fail("the type %s", t)
		}
		return t.Name()
	case *types.Named:
		return w.named(t)
	case *types.Interface:
		if t.NumMethods() > 0 || !t.IsMethodSet() {
			return w.fail("an interface without a name")
		}
		return "interface{}"
	case *types.Struct:
		if t.NumFields() > 0 {
			return w.fail("a struct without a name")
		}
		return "struct{}"
	}
	return w.fail("the type %s", t)
}

func (w *typeWriter) named(t *types.Named) string {
	o := t.Obj()
	switch {
	case t.TypeArgs().Len() > 0 || t.TypeParams().Len() > 0:
		return w.fail("a generic type")
	case o.Pkg() == nil:
		return o.Name() // error
	case isSession(o.Pkg()):
		d, _ := w.unit.Lookup(o)
		if d == nil {
			return w.fail("the type %s of a block", o.Name())
		}
		w.types[d.Name] = true
		return w.session(d.Name)
	case !o.Exported() || o.Parent() != o.Pkg().Scope():
		return w.fail("the type %s, which has no name outside", o.Name())
	case !fit[o.Pkg().Path()]:
		return w.fail("package %s", o.Pkg().Path())
	}
	return w.pkg(o.Pkg().Path()) + "." + o.Name()
}

// soundType refuses types of the session's that are not compiled, or not with all of their
// methods: a value in an interface would lack them.
func (w *writer) soundType(t types.Type) {
	if w.sound[t] {
		return
	}
	w.sound[t] = true
	if agree.Incomplete(t) {
		w.no("a type whose values may not be in the heap")
	}
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
