package interpreted

import (
	"fmt"
	"go/types"
	"strconv"
	"strings"

	"github.com/parago/parago/interp/write/typetext"
)

// alias is our name for an import path.
func alias(path string) string { return aliasReplacer.Replace(path) + "۰" }

var aliasReplacer = strings.NewReplacer("/", "۰", ".", "۰", "-", "۰")

// typ writes a type for the interpreter: names of cells are gone, but for structs.
func (f *writer) typ(t types.Type) string {
	t = types.Unalias(f.subst(t))
	if text, ok := typetext.Composite(t, f.typ); ok {
		return text
	}
	switch t := t.(type) {
	case *types.Basic:
		return f.basic(t)
	case *types.Named:
		return f.named(t)
	case *types.Struct:
		return f.structText(t)
	case *types.Interface:
		return "interface{}"
	}
	panic(fmt.Sprintf("lower: type %T %v", t, t))
}

func (f *writer) basic(t *types.Basic) string {
	switch t.Kind() {
	case types.UnsafePointer:
		return f.pkg("unsafe") + ".Pointer"
	case types.UntypedNil:
		return "interface{}"
	case types.Uint8:
		return "uint8"
	case types.Int32:
		return "int32"
	}
	return types.Default(t).(*types.Basic).Name()
}

// pkg mentions a package.
func (f *writer) pkg(path string) string {
	a := alias(path)
	f.d.imps[a] = path
	return a
}

func (f *writer) named(t *types.Named) string {
	o := t.Obj()
	if o.Pkg() == nil {
		if o.Name() == "error" {
			return "error"
		}
		return "interface{}"
	}
	if !f.ours(t) {
		return f.pkg(o.Pkg().Path()) + "." + o.Name()
	}
	u := f.underlying(t)
	if _, ok := u.(*types.Struct); ok {
		f.foreign(t)
		f.tangled(t)
		name := f.defineType(t)
		f.d.deps[name] = true
		f.d.needs[name] = true
		return name
	}
	if f.recursive(t) {
		f.refuseAt(o, "type "+o.Name(), "a recursive type that is no struct")
	}
	return f.typ(u)
}

// foreign refuses a type made from a struct of another package, whose fields we cannot write.
func (f *writer) foreign(t *types.Named) {
	st := f.underlying(t).(*types.Struct)
	for v := range st.Fields() {
		if !v.Exported() && v.Pkg() != nil && !f.session(v) && !f.library.owns(t.Obj()) && t.TypeArgs().Len() == 0 {
			f.refuseAt(t.Obj(), "type "+t.Obj().Name(), "its underlying type has unexported fields of package "+v.Pkg().Path())
		}
	}
}

// underlying is the underlying type; of a generic type of the library it is the library's.
func (f *writer) underlying(t types.Type) types.Type {
	t = types.Unalias(f.subst(t))
	if n, ok := t.(*types.Named); ok {
		if s := f.library.typeOf(n.Origin().Obj()); s != nil && n.TypeArgs().Len() > 0 && s != n.Origin() {
			var args []types.Type
			for a := range n.TypeArgs().Types() {
				args = append(args, a)
			}
			return f.instantiate(s, args).Underlying()
		}
	}
	return t.Underlying()
}

func (f *writer) structText(t *types.Struct) string {
	var b strings.Builder
	b.WriteString("struct{")
	for i := range t.NumFields() {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(fieldName(t, i) + " " + f.typ(t.Field(i).Type()))
	}
	return b.String() + "}"
}

// fieldName is the emitted name of a field: always exported, since the interpreter
// would rename it otherwise, and never embedded.
func fieldName(t *types.Struct, i int) string {
	n := t.Field(i).Name()
	switch {
	case n == "_":
		return "F۰" + strconv.Itoa(i)
	case t.Field(i).Exported():
		return n
	}
	return "F۰" + n
}

// signature writes parameters and results, with names if given.
func (f *writer) signature(s *types.Signature, names []string) string {
	return typetext.Signature(s, names, f.typ)
}
