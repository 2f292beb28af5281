package compiled

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"github.com/parago/parago/interp/agree"
	"github.com/parago/parago/interp/check"
	"github.com/parago/parago/interp/write/outlive"
)

// ident writes a name.
func (w *writer) ident(id *ast.Ident) (string, bool) {
	o := w.u.Info.Uses[id]
	if o == nil {
		if fn, ok := w.u.Info.Defs[id].(*types.Func); ok && fn.Signature().Recv() != nil {
			return methodName(id.Name), true
		}
		if v, ok := w.u.Info.Defs[id].(*types.Var); ok && !v.IsField() {
			if _, sv := w.u.Lookup(v); sv != nil {
				return w.variable(sv), true
			}
		}
		return "", false
	}
	if o.Pkg() == nil {
		return "", false
	}
	if s, ok := w.moved(o); ok {
		return s, true
	}
	if d, v := w.u.Lookup(o); v != nil {
		return w.variable(v), true
	} else if d != nil {
		switch w.slotted[id] {
		case outlive.Called:
			return w.slot(w.itemOf(w.u, o)), true
		case outlive.Valued:
			return w.via(w.itemOf(w.u, o)), true
		}
		return w.declared(o, w.itemOf(w.u, o)), true
	}
	if !session(o.Pkg()) && o.Parent() == o.Pkg().Scope() { // by way of a dot import
		return w.pkg(o.Pkg().Path()) + "." + o.Name(), true
	}
	if fn, ok := o.(*types.Func); ok && session(o.Pkg()) && fn.Signature().Recv() != nil {
		return methodName(id.Name), true
	}
	return "", false
}

// declared writes the name of a declaration.
func (w *writer) declared(o types.Object, it *item) string {
	switch o := o.(type) {
	case *types.Const:
		return w.constant(o, it)
	case *types.TypeName:
		return w.typeName(it)
	}
	if it.isMethod() {
		return methodName(o.Name())
	}
	return w.function(it.name)
}

// function writes the name of a function.
func (f *file) function(name string) string {
	if h := f.home(name); h != "" {
		return f.pkg(h) + "." + funcName(name)
	}
	return funcName(name)
}

// variable writes a session variable.
func (w *writer) variable(v *check.Var) string {
	if copy := w.copied[v.Name]; copy != "" {
		w.storage(&sessionVar{v, w.u})
		return copy
	}
	return "(*" + w.storage(&sessionVar{v, w.u}) + ")"
}

// storage is the package's pointer to a session variable.
func (f *file) storage(v *sessionVar) string {
	name := export + v.Name
	f.need("var "+v.Name, func() {
		t, ok := f.typ(v.u, v.Obj.Type())
		if !ok {
			fail(v.u.Fset.Position(v.Obj.Pos()), "the type of %s has no name: %s", v.Key, v.Obj.Type())
		}
		if agree.Incomplete(v.Obj.Type()) {
			fmt.Fprintf(&f.head, "var %s = &%s\nvar %[2]s %[3]s\n", name, ownName(v.Name), t)
		} else {
			fmt.Fprintf(&f.head, "var %s *%s\n", name, t)
		}
		f.p.Vars = append(f.p.Vars, v.Name)
	})
	return name
}

// ownName is the storage that a package has of a session variable which may not be in the heap: the first
// package's is that of all.
func ownName(name string) string { return export + "own" + mark + name }

// typeName is what a type is called here. A type of another package gets an alias, so
// that what embeds it has a field of its name.
func (f *file) typeName(it *item) string {
	if local, ok := f.locals[it.name]; ok {
		return local
	}
	local := it.decl.Key
	if f.taken[local] || types.Universe.Lookup(local) != nil {
		local = it.name
		if f.taken[local] || local == it.decl.Key {
			local += mark + "1"
		}
	}
	f.taken[local] = true
	f.locals[it.name] = local
	if h := f.home(it.name); h != "" {
		f.need("type "+it.name, func() {
			params, args := f.typeParams(it)
			fmt.Fprintf(&f.head, "type %s%s = %s.%s%s\n", local, params, f.pkg(h), typeExport(it), args)
		})
	}
	return local
}

// typeExport is how other packages call a type.
func typeExport(it *item) string { return export + it.name }

// typeParams writes the type parameters of a generic type, and the list of their names.
func (f *file) typeParams(it *item) (params, args string) {
	spec, ok := it.typeSpec()
	if !ok || spec.TypeParams == nil {
		return "", ""
	}
	w := f.itemWriter(it)
	var edits []edit
	var names []string
	for _, field := range spec.TypeParams.List {
		edits = append(edits, edit{w.at(field.Type.Pos()), w.at(field.Type.End()), w.text(field.Type)})
		for _, id := range field.Names {
			name := id.Name
			if name == "_" {
				name = fmt.Sprintf("P%s%d", mark, len(names))
				edits = append(edits, edit{w.at(id.Pos()), w.at(id.End()), name})
			}
			names = append(names, name)
		}
	}
	text := splice(w.src.text, w.at(spec.TypeParams.Pos()), w.at(spec.TypeParams.End()), edits)
	return text, "[" + strings.Join(names, ", ") + "]"
}

func (f *file) itemWriter(it *item) *writer {
	w := f.writer(it.unit, it.decl.Fset, it.src)
	w.item = it
	return w
}
