package symbols

import (
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/traefik/yaegi/interp"
)

// A Library is what an interpreter can import: packages, and tables made as the process runs. Each
// has precedence over those before it, and tables over packages. Its zero value is empty.
type Library struct {
	Packages [][]Package
	Tables   []interp.Exports
}

// All is what glue and interpreted cells can import wherever they run.
func All() Library {
	return Library{Packages: [][]Package{Std(), Procpool(), Embed(), Codec(), Display(), Gonbui()}}
}

// With is the library with what others have, too.
func (l Library) With(others ...Library) Library {
	for _, o := range others {
		l.Packages = append(slices.Clip(l.Packages), o.Packages...)
		l.Tables = append(slices.Clip(l.Tables), o.Tables...)
	}
	return l
}

// Paths are the import paths of all packages that Symbols knows, some of them more than once.
func (l Library) Paths(yield func(string) bool) {
	for _, ps := range l.Packages {
		for i := range ps {
			if !yield(ps[i].Path) {
				return
			}
			for path := range ps[i].rooms {
				if !yield(path) {
					return
				}
			}
		}
	}
	for _, t := range l.Tables {
		for key := range t {
			if !yield(path.Dir(key)) {
				return
			}
		}
	}
}

// Symbols are the names of a package, nil if there is none of that path. They are the caller's.
func (l Library) Symbols(importPath string) map[string]reflect.Value {
	var all map[string]reflect.Value
	for _, ps := range l.Packages {
		for i := range ps {
			if ps[i].Path == importPath {
				all = merged(all, ps[i].Symbols())
			}
		}
	}
	for _, t := range l.Tables {
		for key, names := range t {
			if path.Dir(key) == importPath {
				all = merged(all, maps.Clone(names))
			}
		}
	}
	if all == nil {
		return l.aliased(importPath)
	}
	return all
}

// rooms are the import paths of packages that only neighbours of p may import, and whose types p has other names for. Go's
// own packages have none.
func (p *Package) rooms(yield func(string) bool) {
	if !strings.Contains(p.Path, ".") {
		return
	}
	for _, n := range p.Names {
		t := reflect.TypeOf(n.Is)
		if t != nil && t.Kind() == reflect.Pointer && strings.Contains(t.Elem().PkgPath(), "/internal/") && !yield(t.Elem().PkgPath()) {
			return
		}
	}
}

// aliased are the types of a package that has no table, as far as other packages have other names for them: those
// of a package that only its neighbours may import. Code that the type checker has seen through an alias names them.
func (l Library) aliased(importPath string) map[string]reflect.Value {
	var all map[string]reflect.Value
	for _, ps := range l.Packages {
		for i := range ps {
			for _, n := range ps[i].Names {
				t := reflect.TypeOf(n.Is)
				if t.Kind() == reflect.Pointer && t.Elem().PkgPath() == importPath {
					all = merged(all, map[string]reflect.Value{t.Elem().Name(): n.symbol()})
				}
			}
		}
	}
	return all
}

// Interfaces are the types that stand for interfaces of all packages, by import path.
func (l Library) Interfaces() map[string]map[string]reflect.Value {
	all := map[string]map[string]reflect.Value{}
	for _, ps := range l.Packages {
		for _, p := range ps {
			only := Package{Names: p.Interfaces}
			all[p.Path] = merged(all[p.Path], only.Symbols())
		}
	}
	for _, t := range l.Tables {
		for key, names := range t {
			for name, v := range names {
				if name[0] == '_' {
					all[path.Dir(key)] = merged(all[path.Dir(key)], map[string]reflect.Value{name: v})
				}
			}
		}
	}
	return all
}

func merged(all, more map[string]reflect.Value) map[string]reflect.Value {
	if all == nil {
		return more
	}
	maps.Copy(all, more)
	return all
}
