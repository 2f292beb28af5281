package native

import (
	"bytes"
	"fmt"
	"slices"
)

// A Package is a compiled package that others can be linked with.
type Package struct {
	Path    string
	Archive string // the file that the compiler made of it
	Imports []string
	CXX     bool `json:",omitempty"` // it has C++ in it, whose compiler must link it

	packed string // what Archive lacks for the linker: see pack
}

// packages are those that are known, by path.
type packages map[string]Package

// closure is what a program with the packages of paths consists of.
func (ps packages) closure(paths []string) ([]Package, error) {
	var all []Package
	seen := map[string]bool{"unsafe": true, "C": true}
	for todo := slices.Clone(paths); len(todo) > 0; {
		path := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[path] {
			continue
		}
		seen[path] = true
		p, ok := ps[path]
		if !ok {
			return nil, fmt.Errorf("no compiled package %s", path)
		}
		all = append(all, p)
		todo = append(todo, p.Imports...)
	}
	return all, nil
}

// config is the file that tells the compiler or the linker where packages are.
func config(ps []Package) []byte {
	var b bytes.Buffer
	for _, p := range ps {
		fmt.Fprintf(&b, "packagefile %s=%s\n", p.Path, p.Archive)
	}
	return b.Bytes()
}
