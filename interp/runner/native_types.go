package runner

import (
	"iter"
	"reflect"
	"slices"

	"github.com/parago/parago/interp/runner/rt"
)

// typesOf opens packages that may have the type of a name, such as "parago/cells/0123.Point": first
// the one that declares it, and then the others, as a type of a module is in one of those with modules'
// packages, and an instance of a generic type in one that uses it. A process that has the type
// already does not come here.
func (n *natives) typesOf(name string) iter.Seq[reflect.Type] {
	return func(yield func(reflect.Type) bool) {
		if path, local, ok := splitName(name); ok {
			if p, err := n.get(path); err == nil && !yield(declared(p, local)) {
				return
			}
		}
		for _, path := range n.unopened() {
			if _, err := n.get(path); err == nil && !yield(nil) {
				return
			}
		}
	}
}

// declared is the type that a package declares under a name; nil if there is none.
func declared(p *rt.Package, name string) reflect.Type {
	for _, sample := range p.Types {
		if t := reflect.TypeOf(sample).Elem(); t.Name() == name {
			return t
		}
	}
	return nil
}

// unopened are the packages that are known and not open, in load order.
func (n *natives) unopened() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(n.order), func(path string) bool { return n.opened[path] != nil })
}
