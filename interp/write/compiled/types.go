package compiled

import (
	"fmt"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"github.com/parago/parago/interp/check"
)

// typ writes a type of a unit. It is not ok if the type cannot be named here: it is
// declared inside a function, or is a type parameter.
func (f *file) typ(u *check.Unit, t types.Type) (text string, ok bool) {
	w := &typeWriter{file: f, u: u, ok: true}
	w.write(t)
	return w.b.String(), w.ok
}

type typeWriter struct {
	*file
	u  *check.Unit
	b  strings.Builder
	ok bool

	at   token.Pos                   // inside a function, where names may be hidden; NoPos: at a package's top level
	args map[*types.TypeParam]string // what type parameters stand for

	identity bool // the text tells types apart, and is none of a program
}

// typeAt writes a type for a place inside the function that is written, where type parameters
// and types of the function have names too.
func (w *writer) typeAt(pos token.Pos, t types.Type) (text string, ok bool) {
	tw := &typeWriter{file: w.file, u: w.u, ok: true, at: pos}
	tw.write(t)
	return tw.b.String(), tw.ok
}

// local writes the name of a type parameter or of a function's type, if that is what the name
// means at this place.
func (w *typeWriter) local(o *types.TypeName) {
	scope := o.Parent()
	if !w.at.IsValid() || scope == nil || scope.Innermost(w.at) == nil {
		w.ok = false
		return
	}
	_, there := scope.Innermost(w.at).LookupParent(o.Name(), w.at)
	w.ok = w.ok && there == types.Object(o)
	w.put("%s", o.Name())
}

func (w *typeWriter) put(format string, args ...any) { fmt.Fprintf(&w.b, format, args...) }

func (w *typeWriter) write(t types.Type) {
	switch t := t.(type) {
	case *types.Basic:
		switch {
		case t.Kind() == types.UnsafePointer && !w.identity:
			w.put("%s.Pointer", w.pkg("unsafe"))
		case t.Info()&types.IsUntyped != 0:
			w.write(types.Default(t))
		default:
			w.put("%s", t.Name())
		}
	case *types.Alias:
		w.alias(t)
	case *types.Named:
		w.named(t.Obj(), t.TypeArgs(), t.Origin().Obj())
	case *types.Pointer:
		w.put("*")
		w.write(t.Elem())
	case *types.Slice:
		w.put("[]")
		w.write(t.Elem())
	case *types.Array:
		w.put("[%d]", t.Len())
		w.write(t.Elem())
	case *types.Map:
		w.put("map[")
		w.write(t.Key())
		w.put("]")
		w.write(t.Elem())
	case *types.Chan:
		w.channel(t)
	case *types.Struct:
		if w.identity {
			w.fields(t)
			return
		}
		name, ok := w.anonymous(w.u, t)
		w.ok = w.ok && ok
		if name != "" {
			w.put("%s", name)
			return
		}
		w.fields(t)
	case *types.Signature:
		w.put("func")
		w.signature(t)
	case *types.Interface:
		w.iface(t)
	case *types.Union:
		for i := range t.Len() {
			if i > 0 {
				w.put(" | ")
			}
			if t.Term(i).Tilde() {
				w.put("~")
			}
			w.write(t.Term(i).Type())
		}
	case *types.TypeParam:
		if arg, ok := w.args[t]; ok {
			w.put("%s", arg)
			return
		}
		w.local(t.Obj())
	default:
		w.ok = false
	}
}

func (w *typeWriter) alias(t *types.Alias) {
	o := t.Obj()
	if o.Pkg() == nil { // any
		w.put("%s", o.Name())
		return
	}
	if o.Parent() == o.Pkg().Scope() && (session(o.Pkg()) || o.Exported()) {
		w.named(o, t.TypeArgs(), t.Origin().Obj())
		return
	}
	w.write(t.Rhs())
}

func (w *typeWriter) named(o *types.TypeName, args *types.TypeList, origin *types.TypeName) {
	switch {
	case o.Pkg() == nil: // error, comparable
		w.put("%s", o.Name())
	case session(o.Pkg()):
		d, _ := w.u.Lookup(origin)
		if d == nil {
			w.local(origin)
			break
		}
		if w.p.items[d.Name] == nil {
			w.ok = false
			return
		}
		w.sessionType(w.p.items[d.Name])
	case !o.Exported() || o.Parent() != o.Pkg().Scope():
		w.ok = false
		return
	case w.identity:
		w.put("%s.%s", o.Pkg().Path(), o.Name())
	default:
		w.put("%s.%s", w.pkg(o.Pkg().Path()), o.Name())
	}
	if args.Len() == 0 {
		return
	}
	w.put("[")
	for i := range args.Len() {
		if i > 0 {
			w.put(", ")
		}
		w.write(args.At(i))
	}
	w.put("]")
}

// sessionType writes the name of a cell's type: inside functions one that nothing of the user's hides.
func (w *typeWriter) sessionType(it *item) {
	if w.identity {
		w.put("%s", it.name)
		return
	}
	local := w.typeName(it)
	switch h := w.home(it.name); {
	case !w.at.IsValid():
		w.put("%s", local)
	case h != "":
		w.put("%s.%s", w.pkg(h), typeExport(it))
	default:
		w.put("%s", typeExport(it))
	}
}

func (w *typeWriter) channel(t *types.Chan) {
	switch t.Dir() {
	case types.SendOnly:
		w.put("chan<- ")
	case types.RecvOnly:
		w.put("<-chan ")
	default:
		w.put("chan ")
	}
	w.put("(")
	w.write(t.Elem())
	w.put(")")
}

// fields writes a struct type.
func (w *typeWriter) fields(t *types.Struct) {
	w.put("struct{")
	for i := range t.NumFields() {
		v := t.Field(i)
		if i > 0 {
			w.put("; ")
		}
		if !v.Embedded() {
			w.put("%s ", v.Name())
		}
		w.write(v.Type())
		if tag := t.Tag(i); tag != "" {
			w.put(" %s", strconv.Quote(tag))
		}
	}
	w.put("}")
}

// signature writes parameters and results.
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
	w.put(")")
	if t.Results().Len() == 0 {
		return
	}
	w.put(" (")
	for i := range t.Results().Len() {
		if i > 0 {
			w.put(", ")
		}
		w.write(t.Results().At(i).Type())
	}
	w.put(")")
}

func (w *typeWriter) iface(t *types.Interface) {
	if t.NumMethods() == 0 && t.NumEmbeddeds() == 0 {
		w.put("interface{}")
		return
	}
	w.put("interface{ ")
	for m := range t.ExplicitMethods() {
		name := m.Name()
		if session(m.Pkg()) {
			name = methodName(name)
		} else if !m.Exported() {
			w.ok = false
		}
		w.put("%s", name)
		w.signature(m.Signature())
		w.put("; ")
	}
	for e := range t.EmbeddedTypes() {
		w.write(e)
		w.put("; ")
	}
	w.put("}")
}
