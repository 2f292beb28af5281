package compiled

import (
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"github.com/parago/parago/interp/check"
	"github.com/parago/parago/interp/write/typetext"
)

// typ writes a type of a unit. It is not ok if the type cannot be named here: it is
// declared inside a function, or is a type parameter.
func (f *file) typ(u *check.Unit, t types.Type) (text string, ok bool) {
	w := &typeWriter{file: f, u: u, ok: true}
	text = w.write(t)
	return text, w.ok
}

type typeWriter struct {
	*file
	u  *check.Unit
	ok bool

	at   token.Pos                   // inside a function, where names may be hidden; NoPos: at a package's top level
	args map[*types.TypeParam]string // what type parameters stand for

	identity bool // the text tells types apart, and is none of a program
}

// typeAt writes a type for a place inside the function that is written, where type parameters
// and types of the function have names too.
func (w *writer) typeAt(pos token.Pos, t types.Type) (text string, ok bool) {
	tw := &typeWriter{file: w.file, u: w.u, ok: true, at: pos}
	text = tw.write(t)
	return text, tw.ok
}

// local writes the name of a type parameter or of a function's type, if that is what the name
// means at this place.
func (w *typeWriter) local(o *types.TypeName) string {
	scope := o.Parent()
	if !w.at.IsValid() || scope == nil || scope.Innermost(w.at) == nil {
		return w.fail()
	}
	_, there := scope.Innermost(w.at).LookupParent(o.Name(), w.at)
	w.ok = w.ok && there == types.Object(o)
	return o.Name()
}

// fail notes that a type has no text. It returns none.
func (w *typeWriter) fail() string {
	w.ok = false
	return ""
}

func (w *typeWriter) write(t types.Type) string {
	if text, ok := typetext.Composite(t, w.write); ok {
		return text
	}
	switch t := t.(type) {
	case *types.Basic:
		return w.basic(t)
	case *types.Alias:
		return w.alias(t)
	case *types.Named:
		return w.named(t.Obj(), t.TypeArgs(), t.Origin().Obj())
	case *types.Struct:
		return w.structure(t)
	case *types.Interface:
		return w.iface(t)
	case *types.Union:
		return w.union(t)
	case *types.TypeParam:
		if arg, ok := w.args[t]; ok {
			return arg
		}
		return w.local(t.Obj())
	}
	return w.fail()
}

func (w *typeWriter) basic(t *types.Basic) string {
	switch {
	case t.Kind() == types.UnsafePointer && !w.identity:
		return w.pkg("unsafe") + ".Pointer"
	case t.Info()&types.IsUntyped != 0:
		return w.write(types.Default(t))
	}
	return t.Name()
}

func (w *typeWriter) alias(t *types.Alias) string {
	o := t.Obj()
	switch {
	case o.Pkg() == nil: // any
		return o.Name()
	case o.Parent() == o.Pkg().Scope() && (session(o.Pkg()) || o.Exported()):
		return w.named(o, t.TypeArgs(), t.Origin().Obj())
	}
	return w.write(t.Rhs())
}

// named writes a name, with its type arguments.
func (w *typeWriter) named(o *types.TypeName, args *types.TypeList, origin *types.TypeName) string {
	name := w.name(o, origin)
	if !w.ok || args.Len() == 0 {
		return name
	}
	var list []string
	for arg := range args.Types() {
		list = append(list, w.write(arg))
	}
	return name + "[" + strings.Join(list, ", ") + "]"
}

func (w *typeWriter) name(o, origin *types.TypeName) string {
	switch {
	case o.Pkg() == nil: // error, comparable
		return o.Name()
	case session(o.Pkg()):
		d, _ := w.u.Lookup(origin)
		if d == nil {
			return w.local(origin)
		}
		if w.p.items[d.Name] == nil {
			return w.fail()
		}
		return w.sessionType(w.p.items[d.Name])
	case !o.Exported() || o.Parent() != o.Pkg().Scope():
		return w.fail()
	case w.identity:
		return o.Pkg().Path() + "." + o.Name()
	}
	return w.pkg(o.Pkg().Path()) + "." + o.Name()
}

// sessionType writes the name of a cell's type: inside functions one that nothing of the user's hides.
func (w *typeWriter) sessionType(it *item) string {
	if w.identity {
		return it.name
	}
	local := w.typeName(it)
	switch h := w.home(it.name); {
	case !w.at.IsValid():
		return local
	case h != "":
		return w.pkg(h) + "." + typeExport(it)
	}
	return typeExport(it)
}

func (w *typeWriter) structure(t *types.Struct) string {
	if w.identity {
		return w.fields(t)
	}
	if name := w.anonymous(t); name != "" {
		return name
	}
	return w.fields(t)
}

// fields writes a struct type.
func (w *typeWriter) fields(t *types.Struct) string {
	var list []string
	for i := range t.NumFields() {
		v := t.Field(i)
		text := w.write(v.Type())
		if !v.Embedded() {
			text = v.Name() + " " + text
		}
		if tag := t.Tag(i); tag != "" {
			text += " " + strconv.Quote(tag)
		}
		list = append(list, text)
	}
	return "struct{" + strings.Join(list, "; ") + "}"
}

func (w *typeWriter) union(t *types.Union) string {
	var terms []string
	for term := range t.Terms() {
		text := w.write(term.Type())
		if term.Tilde() {
			text = "~" + text
		}
		terms = append(terms, text)
	}
	return strings.Join(terms, " | ")
}

func (w *typeWriter) iface(t *types.Interface) string {
	if t.NumMethods() == 0 && t.NumEmbeddeds() == 0 {
		return "interface{}"
	}
	text := "interface{ "
	for m := range t.ExplicitMethods() {
		name := m.Name()
		if session(m.Pkg()) {
			name = methodName(name)
		} else if !m.Exported() {
			w.ok = false
		}
		text += name + typetext.Signature(m.Signature(), nil, w.write) + "; "
	}
	for e := range t.EmbeddedTypes() {
		text += w.write(e) + "; "
	}
	return text + "}"
}
