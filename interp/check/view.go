package check

import (
	"go/ast"
	"maps"
)

// A view is what the session's names stand for. That of a cell which is not committed
// yet holds what the cell changes, and lies over the session's.
type view struct {
	under   *view
	names   map[string]target          // nil for a name that stands for nothing any more
	methods map[*decl]map[string]*decl // of each version of a type, by name
}

func newView(under *view) *view {
	return &view{under: under, names: map[string]target{}, methods: map[*decl]map[string]*decl{}}
}

// name is what a key stands for, nil if that is nothing.
func (v *view) name(key string) target {
	for ; v != nil; v = v.under {
		if t, ok := v.names[key]; ok {
			return t
		}
	}
	return nil
}

// methodsOf are the methods of a version of a type, by name.
func (v *view) methodsOf(typ *decl) map[string]*decl {
	for ; v != nil; v = v.under {
		if m, ok := v.methods[typ]; ok {
			return m
		}
	}
	return nil
}

// keys are all names, in order.
func (v *view) keys() []string {
	all := map[string]bool{}
	for w := v; w != nil; w = w.under {
		for key := range w.names {
			all[key] = true
		}
	}
	maps.DeleteFunc(all, func(key string, _ bool) bool { return v.name(key) == nil })
	return sortedKeys(all)
}

// settle makes the view what it lies over.
func (v *view) settle() *view {
	under := v.under
	if under == nil {
		return v
	}
	for key, t := range v.names {
		if t == nil {
			delete(under.names, key)
			continue
		}
		under.names[key] = t
	}
	maps.Copy(under.methods, v.methods)
	return under
}

// base is the declaration of the type that a receiver names, also by way of aliases,
// nil if the name means no declaration.
func (v *view) base(key string) *decl {
	d, _ := v.name(key).(*decl)
	for seen := map[*decl]bool{}; d != nil && !seen[d]; {
		seen[d] = true
		spec, ok := d.node.(*ast.TypeSpec)
		if !ok || !spec.Assign.IsValid() {
			break
		}
		x := ast.Unparen(spec.Type)
		if p, ok := x.(*ast.StarExpr); ok {
			x = ast.Unparen(p.X)
		}
		id, ok := x.(*ast.Ident)
		if !ok {
			break
		}
		next, ok := v.name(id.Name).(*decl)
		if !ok || !next.isType() {
			break
		}
		d = next
	}
	return d
}

// live reports whether t is what its key stands for.
func (v *view) live(t target) bool {
	d, ok := t.(*decl)
	if ok && d.recv != "" {
		typ := v.base(d.recv)
		return typ != nil && v.methodsOf(typ)[d.nameIdent().Name] == d
	}
	key, _ := t.ident()
	return v.name(key) == t
}

// spell is the name by which the type checker knows t.
func (v *view) spell(t target) string {
	if v.live(t) {
		key, _ := t.ident()
		return key
	}
	return alias(t)
}

// attach gives a version of a type a method. The map is copied, as other views share it.
func (v *view) attach(typ, method *decl) {
	m := maps.Clone(v.methodsOf(typ))
	if m == nil {
		m = map[string]*decl{}
	}
	m[method.nameIdent().Name] = method
	v.methods[typ] = m
}

// lookup finds the live version of a declaration's key, nil if there is none.
func (v *view) lookup(d *decl) target {
	if d.recv == "" {
		return v.name(d.key)
	}
	if m := v.methodsOf(v.base(d.recv))[d.nameIdent().Name]; m != nil {
		return m
	}
	return nil
}
