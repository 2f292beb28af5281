package glue

import (
	"go/types"
	"slices"
	"strings"
)

// A value that goes into an interface takes its type along. If that type was made while the
// program runs, as reflect makes a []T, and no compiled code had it before, then code that
// is compiled later has another one, and a type switch there does not know the value. So glue uses
// only types that compiled code has: those of what it mentions, and a few shapes.

// shapes are types made of a type T of which compiled code has all: Shapes for those of
// cells, package bridge for the language's own.
var shapes = []string{
	"*T", "**T", "*[]T", "*map[string]T", "[]T", "[]*T", "[][]T",
	"map[string]T", "map[int]T", "map[string]*T", "map[int]*T", "map[string][]T", "map[int][]T",
	"map[string]map[string]T", "[]map[string]T", "chan T",
}

// keyShapes are more of them, of types that compare.
var keyShapes = []string{"map[T]bool", "map[T]int", "map[T]string", "map[T]struct{}", "map[T][]int", "map[T][]string"}

// Shapes writes the types, made of the type of that name, that glue takes for compiled. Whoever
// compiles a type of a cell mentions them beside it, each in an interface: any(*new([]Point)).
func Shapes(name string, comparable bool) []string {
	all := shapes
	if comparable {
		all = slices.Concat(shapes, keyShapes)
	}
	var out []string
	for _, s := range all {
		out = append(out, strings.ReplaceAll(s, "T", name))
	}
	return out
}

// learn notes the types that an object brings along from compiled code.
func (w *writer) learn(o types.Object) {
	switch o := o.(type) {
	case *types.Func:
		w.component(o.Type())
	case *types.Var:
		if _, v := w.unit.Lookup(o); o.IsField() || v != nil && !w.fresh(v) || v == nil && !isSession(o.Pkg()) {
			w.component(o.Type())
		}
	case *types.TypeName:
		w.component(o.Type())
	}
}

// component notes a composite type and those that it is made of.
func (w *writer) component(t types.Type) {
	t = types.Unalias(t)
	switch t := t.(type) {
	case *types.Named:
		if _, ok := t.Underlying().(*types.Struct); !ok && !w.learned[t] {
			w.learned[t] = true
			w.components(t.Underlying())
		}
		return
	case *types.Basic:
		return
	}
	if !w.isNative(t) {
		w.natives = append(w.natives, t)
		w.components(t)
	}
}

func (w *writer) components(t types.Type) {
	switch t := t.(type) {
	case *types.Pointer:
		w.component(t.Elem())
	case *types.Slice:
		w.component(t.Elem())
	case *types.Array:
		w.component(t.Elem())
	case *types.Chan:
		w.component(t.Elem())
	case *types.Map:
		w.component(t.Key())
		w.component(t.Elem())
	case *types.Signature:
		for v := range t.Params().Variables() {
			w.component(v.Type())
		}
		for v := range t.Results().Variables() {
			w.component(v.Type())
		}
	}
}

func (w *writer) isNative(t types.Type) bool {
	return slices.ContainsFunc(w.natives, func(n types.Type) bool { return types.Identical(n, t) })
}

// compiledType refuses a type that compiled code may not have.
func (w *writer) compiledType(t types.Type) {
	switch u := types.Unalias(t).(type) {
	case *types.Basic, *types.Named:
		return
	case *types.Interface:
		if u.Empty() {
			return
		}
	case *types.Struct:
		if u.NumFields() == 0 {
			return
		}
	}
	if !w.isNative(t) && !hasShape(t) && !pointsToPackage(t) {
		w.no("a value of type %s, which no compiled code has", types.TypeString(t, types.RelativeTo(w.unit.Pkg)))
	}
}

// pointsToPackage says whether a type is a pointer to one of a package: those are in the
// interpreter's tables.
func pointsToPackage(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	n, ok := types.Unalias(p.Elem()).(*types.Named)
	return ok && n.TypeArgs().Len() == 0 && n.Obj().Pkg() != nil && !isSession(n.Obj().Pkg())
}

// hasShape says whether a type is made of a basic type, any, error or a type of the
// session's in one of the shapes.
func hasShape(t types.Type) bool {
	for _, s := range patterns(t) {
		if slices.Contains(shapes, s) || slices.Contains(keyShapes, s) {
			return true
		}
	}
	return false
}

// patterns are texts of a type with T in the place of one of the types that it is made of.
func patterns(t types.Type) []string {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		if t.Kind() == types.UnsafePointer {
			return nil
		}
		return []string{"T"}
	case *types.Named:
		if o := t.Obj(); (o.Pkg() == nil || isSession(o.Pkg())) && t.TypeArgs().Len() == 0 {
			return []string{"T"}
		}
	case *types.Interface:
		if t.Empty() {
			return []string{"T"}
		}
	case *types.Pointer:
		return put("*", patterns(t.Elem()), "")
	case *types.Slice:
		return put("[]", patterns(t.Elem()), "")
	case *types.Chan:
		if t.Dir() == types.SendRecv {
			return put("chan ", patterns(t.Elem()), "")
		}
	case *types.Map:
		key, elem := fixed(t.Key()), fixed(t.Elem())
		var out []string
		if key != "" {
			out = put("map["+key+"]", patterns(t.Elem()), "")
		}
		if elem != "" {
			out = append(out, put("map[", patterns(t.Key()), "]"+elem)...)
		}
		return out
	}
	return nil
}

// fixed is the text of a type that stands in a shape as it is.
func fixed(t types.Type) string {
	text := types.TypeString(types.Unalias(t), nil)
	switch text {
	case "string", "int", "bool", "struct{}", "[]int", "[]string":
		return text
	}
	return ""
}

func put(before string, texts []string, after string) []string {
	out := make([]string, len(texts))
	for i, s := range texts {
		out[i] = before + s + after
	}
	return out
}
