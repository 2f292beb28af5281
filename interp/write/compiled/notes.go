package compiled

import (
	"fmt"
	"go/types"
	"strings"
)

// rewritten notes the types that have been written before, with fewer or other methods.
// Variables of them are taken along, since their layout is the same, but a value in an
// interface knows its type as it was.
func (f *file) rewritten(group []string) {
	for _, name := range group {
		it := f.p.items[name]
		if it == nil || !f.gen.types[name] {
			continue
		}
		if _, ok := it.typeSpec(); !ok {
			continue
		}
		if vars := f.holders(); len(vars) > 0 {
			f.p.Notes = append(f.p.Notes, fmt.Sprintf("%s is compiled anew, with the methods that it has now; a value of it in an interface keeps those that it had: in %s, if there is one", it.decl.Key, list(vars)))
		}
	}
}

// holders are the session's variables that can hold an interface.
func (f *file) holders() []string {
	var out []string
	for _, v := range f.u.Variables() {
		if f.gen.vars[v.Name] && holdsInterface(v.Obj.Type(), map[types.Type]bool{}) {
			out = append(out, v.Key)
		}
	}
	return out
}

// holdsInterface reports whether a value of a type of the session's can hold an interface. What
// packages keep inside their types is theirs; an error is seldom one of a cell's.
func holdsInterface(t types.Type, seen map[types.Type]bool) bool {
	if seen[t] || types.Identical(t, types.Universe.Lookup("error").Type()) {
		return false
	}
	seen[t] = true
	if n, ok := types.Unalias(t).(*types.Named); ok && !session(n.Obj().Pkg()) && !types.IsInterface(n) {
		return false
	}
	switch t := t.Underlying().(type) {
	case *types.Interface:
		return true
	case *types.Pointer:
		return holdsInterface(t.Elem(), seen)
	case *types.Slice:
		return holdsInterface(t.Elem(), seen)
	case *types.Array:
		return holdsInterface(t.Elem(), seen)
	case *types.Chan:
		return holdsInterface(t.Elem(), seen)
	case *types.Map:
		return holdsInterface(t.Key(), seen) || holdsInterface(t.Elem(), seen)
	case *types.Struct:
		for v := range t.Fields() {
			if holdsInterface(v.Type(), seen) {
				return true
			}
		}
	}
	return false
}

// list joins names: a, b and c.
func list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
