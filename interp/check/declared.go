package check

import (
	"cmp"
	"slices"
)

// A Declared is a name that the session knows: of a declaration, a variable, or a package that
// a cell has imported.
type Declared struct {
	Name string // of a method: "Type.Method"
	Kind string // "import", "constant", "type", "variable", "function" or "method"
	Cell int    // that declared it; 0 for a package
	Path string // of a package
}

// Declared lists the names that cells have given a meaning, by kind and name.
func (s *Scope) Declared() (all []Declared) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, im := range s.imports.names {
		if !im.auto {
			all = append(all, Declared{Name: name, Kind: "import", Path: im.path})
		}
	}
	for _, name := range s.view.keys() {
		switch t := s.view.name(name).(type) {
		case *variable:
			all = append(all, Declared{Name: name, Kind: "variable", Cell: t.n})
		case *decl:
			all = append(all, Declared{Name: name, Kind: t.kind(), Cell: t.n})
			for _, m := range s.view.methodsOf(t) {
				all = append(all, Declared{Name: m.key, Kind: "method", Cell: m.n})
			}
		}
	}
	order := []string{"import", "constant", "type", "method", "variable", "function"}
	slices.SortFunc(all, func(a, b Declared) int {
		return cmp.Or(slices.Index(order, a.Kind)-slices.Index(order, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	return all
}

// kind is what a declaration is, that of a method aside.
func (d *decl) kind() string {
	switch {
	case d.isFunc():
		return "function"
	case d.isType():
		return "type"
	}
	return "constant"
}

// Remove has the session forget a name, as if no cell had declared or imported it. What has been
// declared with it goes on with what it meant, and methods go with their type. It reports false
// if the session does not know the name. No cell may be between Check and Commit.
func (s *Scope) Remove(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.epoch++
	if _, ok := s.imports.names[name]; ok {
		s.imports = s.imports.clone()
		delete(s.imports.names, name)
		return true
	}
	if t := s.view.name(name); t != nil {
		delete(s.view.names, name)
		s.retire(t)
		return true
	}
	return false
}

// retire takes what a name does not stand for any more out of the index.
func (s *Scope) retire(t target) {
	if d, ok := t.(*decl); ok {
		s.mention.remove(d)
	}
	s.world.forget(s.world.made([]target{t}))
	s.retired++
}
