package check

import (
	"errors"
	"go/ast"
	"go/types"
	"io"
	"io/fs"
	"strconv"

	"github.com/parago/parago/interp/cell"
)

// An External has packages that are neither of the standard library nor known by their
// source: somebody has compiled them. Its methods are called while a cell is checked or
// completed, and return at once.
type External interface {
	// Export opens what the compiler has made of a package. The error says, in words for
	// the user, why there is nothing; it is fs.ErrNotExist if nothing is known of the path.
	Export(path string) (io.ReadCloser, error)
	// Names are the names of packages that could be imported, by path. The map stays as it is.
	Names() map[string]string
}

// loadExternal reads a package from elsewhere.
func (l *library) loadExternal(p string) (*types.Package, error) {
	r, err := l.external.Export(p)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, l.unknown(p)
	case err != nil:
		return nil, err
	}
	pkg, err := readArchive(r, p, l.pkgs)
	return l.keep(p, pkg, err)
}

// isExternal reports whether a path is none of a package that the library has itself.
func (l *library) isExternal(p string) bool {
	return p != "unsafe" && p != "C" && !l.std.paths[p] && l.folder(p) == nil
}

// External returns the import paths of packages from elsewhere that a cell needs: those
// that it imports or has imported, and those that a name in it may mean which is imported nowhere.
func (s *Scope) External(c *cell.Cell) (paths []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := map[string]bool{}
	add := func(path string) {
		if !seen[path] && s.lib.isExternal(path) {
			seen[path] = true
			paths = append(paths, path)
		}
	}
	for _, spec := range c.Imports {
		if path, err := strconv.Unquote(spec.Path.Value); err == nil {
			add(s.lib.canonical(path))
		}
	}
	p := s.newPlan(c, nil)
	p.hoist(c.Stmts)
	p.declare()
	p.selected(func(name string, _ *ast.SelectorExpr) {
		switch im, ok := s.imports.names[name]; {
		case ok:
			add(im.path)
		case len(s.lib.byName[name]) == 0 && !p.names[name] && p.mayBePackage(name):
			for _, path := range s.lib.named(name) {
				add(path)
			}
		}
	})
	return paths
}

// selected calls yield for each name in the cell from which something is selected.
func (p *plan) selected(yield func(name string, sel *ast.SelectorExpr)) {
	note := func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok {
				yield(id.Name, sel)
			}
		}
		return true
	}
	for _, d := range p.cell.Decls {
		ast.Inspect(d, note)
	}
	for _, s := range p.cell.Stmts {
		ast.Inspect(s, note)
	}
	if p.cell.Result != nil {
		ast.Inspect(p.cell.Result, note)
	}
}

// Forget says that packages from elsewhere are not what they were. No cell uses them.
func (s *Scope) Forget(paths []string) {
	if len(paths) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lib.mu.Lock()
	defer s.lib.mu.Unlock()
	for _, p := range paths {
		delete(s.lib.pkgs, p)
		delete(s.lib.loaded, p)
	}
}

// externalNames are the names of packages from elsewhere, by path.
func (l *library) externalNames() map[string]string {
	if l.external == nil {
		return nil
	}
	return l.external.Names()
}

// Packages are the paths of the packages whose names the unit mentions.
func (u *Unit) Packages() []string {
	seen := map[string]bool{}
	for _, obj := range u.Info.Uses {
		if name, ok := obj.(*types.PkgName); ok {
			seen[name.Imported().Path()] = true
		} else if obj.Pkg() != nil && obj.Pkg().Path() != Path {
			seen[obj.Pkg().Path()] = true
		}
	}
	return sortedKeys(seen)
}
