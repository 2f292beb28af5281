package check

import (
	"go/ast"
	"strings"
)

// mentioners are the live declarations that mention a key, by key. A method mentions its type.
type mentioners map[string]map[*decl]bool

// add notes what a declaration mentions, once that is known.
func (m mentioners) add(d *decl) {
	for key := range d.keys {
		if m[key] == nil {
			m[key] = map[*decl]bool{}
		}
		m[key][d] = true
	}
}

// remove is for a declaration that is not live any more.
func (m mentioners) remove(d *decl) {
	for key := range d.keys {
		delete(m[key], d)
		if len(m[key]) == 0 {
			delete(m, key)
		}
	}
}

// dependants are the live declarations that mention, directly or not, a key that
// has changed. Those that are stuck do not count.
func (s *Scope) dependants(changed map[string]bool, stuck map[*decl]string) map[*decl]bool {
	hit := map[*decl]bool{}
	keys := sortedKeys(changed)
	for len(keys) > 0 {
		key, onlyFuncs := strings.CutSuffix(keys[len(keys)-1], allMethods)
		keys = keys[:len(keys)-1]
		for d := range s.mention[key] {
			if _, ok := stuck[d]; ok || hit[d] || changed[d.key] || onlyFuncs && !d.isFunc() || !s.view.live(d) {
				continue
			}
			hit[d] = true
			keys = append(keys, d.key)
		}
	}
	return hit
}

// allMethods ends the key under which a change of the method set of a type goes: it
// concerns functions that use the type, which may rely on what it implements.
const allMethods = ".*"

func methodsOf(key string) string { return key + allMethods }

// keys calls yield for the keys that d mentions, of which there may be the same more than once.
func (d *decl) keys(yield func(string) bool) {
	for _, r := range d.refs {
		if r.to == nil {
			continue
		}
		if key, _ := r.to.ident(); key != d.key && !yield(key) {
			return
		}
	}
	if d.recv != "" {
		yield(d.recv)
	}
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
