package check

import "go/ast"

// dependants are the live declarations that mention, directly or not, a key that
// has changed. Those that are stuck do not count.
func (v *view) dependants(changed map[string]bool, stuck map[*decl]string) map[*decl]bool {
	hit := map[*decl]bool{}
	if len(changed) == 0 {
		return hit
	}
	keys := map[string]bool{}
	for k := range changed {
		keys[k] = true
	}
	for again := true; again; {
		again = false
		for d := range v.decls {
			if _, ok := stuck[d]; ok || hit[d] || changed[d.key] || !d.touches(keys) {
				continue
			}
			hit[d], keys[d.key], again = true, true, true
		}
	}
	return hit
}

// methodsOf is the key under which a change of the method set of a type goes: it
// concerns functions that use the type, which may rely on what it implements.
func methodsOf(key string) string { return key + ".*" }

func (d *decl) touches(keys map[string]bool) bool {
	for _, r := range d.refs {
		if r.to == nil {
			continue
		}
		key, _ := r.to.ident()
		if key != d.key && (keys[key] || d.isFunc() && keys[methodsOf(key)]) {
			return true
		}
	}
	return d.recv != "" && keys[d.recv]
}

// mentionsAny reports whether a node holds an identifier of one of the names.
func mentionsAny(node ast.Node, names map[string]bool) bool {
	found := false
	if len(names) == 0 || node == nil {
		return false
	}
	ast.Inspect(node, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && names[id.Name] {
			found = true
		}
		return !found
	})
	return found
}
