package interpreted

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// A literal of a struct may set fields of structs that it embeds, as if they were its own. It
// is written as what it means: T{ID: 1, Name: "a"} as T{Base: Base{ID: 1}, Name: "a"}.

// A setting is an element of such a literal: the way to the field, and the value.
type setting struct {
	path  []int
	value ast.Expr
}

// promotes reports whether a literal has a key that is no field of the struct itself.
func promotes(e *ast.CompositeLit, st *types.Struct) bool {
	for _, el := range e.Elts {
		if kv, ok := el.(*ast.KeyValueExpr); ok && !hasField(st, kv.Key.(*ast.Ident).Name) {
			return true
		}
	}
	return false
}

func hasField(st *types.Struct, name string) bool {
	for v := range st.Fields() {
		if v.Name() == name {
			return true
		}
	}
	return false
}

// keyed are the settings of a literal.
func (f *writer) keyed(e *ast.CompositeLit, st *types.Struct) (all []setting) {
	var values []ast.Expr
	for _, el := range e.Elts {
		kv := el.(*ast.KeyValueExpr)
		id := kv.Key.(*ast.Ident)
		_, path, _ := types.LookupFieldOrMethod(st, false, f.info.Uses[id].Pkg(), id.Name)
		all = append(all, setting{path, kv.Value})
		values = append(values, kv.Value)
	}
	if apart(all) && f.callsIn(values) { // they would be called in another order
		f.no(e, "this composite literal", "it sets fields of one embedded struct in different places")
	}
	return all
}

// apart reports whether settings of one embedded struct do not stand together.
func apart(all []setting) bool {
	for i := 2; i < len(all); i++ {
		for n := range min(len(all[i].path), len(all[i-1].path)) {
			if all[i].path[n] == all[i-1].path[n] {
				continue
			}
			for _, s := range all[:i-1] {
				if len(s.path) > n && slices.Equal(s.path[:n+1], all[i].path[:n+1]) {
					return true
				}
			}
			break
		}
	}
	return false
}

// nested writes settings of the fields of a struct, those of embedded ones as literals.
func (f *writer) nested(all []setting, st *types.Struct, native bool) string {
	var items []string
	done := map[int]bool{}
	for _, s := range all {
		i := s.path[0]
		if done[i] {
			continue
		}
		done[i] = true
		name, t := fieldName(st, i), st.Field(i).Type()
		if native {
			name = st.Field(i).Name()
		}
		if len(s.path) == 1 {
			items = append(items, name+": "+f.conv(s.value, t))
			continue
		}
		var below []setting
		for _, other := range all {
			if other.path[0] == i {
				below = append(below, setting{other.path[1:], other.value})
			}
		}
		t = f.subst(t)
		n, _ := types.Unalias(t).(*types.Named)
		items = append(items, name+": "+f.typ(t)+"{"+f.nested(below, f.underlying(t).(*types.Struct), n != nil && !f.ours(n))+"}")
	}
	return strings.Join(items, ", ")
}
