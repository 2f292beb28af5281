package compiled

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/parago/parago/interp/check"
)

// A struct type without a name is another type in each package if it has unexported fields.
// So the first package that writes one declares an alias of it, with accessors, and
// all others use that.

// anonymous writes the name of such a struct, "" for one that all packages can write.
func (f *file) anonymous(u *check.Unit, st *types.Struct) (name string, ok bool) {
	if !hasHidden(st) {
		return "", true
	}
	key := "struct " + digest(types.TypeString(st, func(p *types.Package) string { return p.Path() }))
	name = export + "struct" + mark + key[len("struct "):]
	switch h := f.homeOf(key); {
	case h != "":
		return f.pkg(h) + "." + name, true
	case f.homes[key] != "":
		return name, true
	}
	w := &typeWriter{file: f, u: u, ok: true}
	text := w.fields(st)
	if !w.ok {
		return "", false
	}
	f.homes[key] = pathHere
	f.need("type "+name, func() {
		fmt.Fprintf(&f.head, "type %s = %s\n", name, text)
		for v := range st.Fields() {
			if v.Exported() || v.Name() == "_" {
				continue
			}
			if t, ok := f.typ(u, v.Type()); ok {
				fmt.Fprintf(&f.head, "func %s%s%s(p *%s) *%s { return &p.%s }\n", name, mark, v.Name(), name, t, v.Name())
			}
		}
	})
	return name, true
}

// hasHidden reports whether a struct has fields that other packages cannot name.
func hasHidden(st *types.Struct) bool {
	for v := range st.Fields() {
		if !v.Exported() && v.Name() != "_" {
			return true
		}
	}
	return false
}

// anonymousAccessor is the function that reaches a field of such a struct, "" if it is one of
// this package's.
func (w *writer) anonymousAccessor(st *types.Struct, v *types.Var) string {
	name, ok := w.anonymous(w.u, st)
	if !ok || name == "" || token.IsExported(name) && w.isHere(st) {
		return ""
	}
	return name + mark + v.Name()
}

// isHere reports whether this package declares the alias of a struct.
func (f *file) isHere(st *types.Struct) bool {
	key := "struct " + digest(types.TypeString(st, func(p *types.Package) string { return p.Path() }))
	return f.homeOf(key) == ""
}

// resume says, within a line, where the text that follows comes from.
func (w *writer) resume(p token.Pos) string {
	pos := w.fset.Position(p)
	return fmt.Sprintf("/*line %s:%d:%d*/", w.src.file, pos.Line, pos.Column)
}

// structType writes a struct type as it stands in the text.
func (w *writer) structType(n *ast.StructType) (string, bool) {
	st, ok := w.typeOf(n).(*types.Struct)
	if !ok {
		return "", false
	}
	name, ok := w.anonymous(w.u, st)
	if !ok || name == "" {
		return "", false
	}
	return name + w.resume(n.End()), true
}
