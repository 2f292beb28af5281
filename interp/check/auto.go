package check

import (
	"go/ast"
	"go/token"
	"go/types"
)

// autoImport adds the packages that the cell names without importing them.
func (p *plan) autoImport() {
	wanted := map[string]map[string]bool{} // package name → what is selected from it
	p.selected(func(name string, sel *ast.SelectorExpr) {
		if !p.mayBePackage(name) {
			return
		}
		if wanted[name] == nil {
			wanted[name] = map[string]bool{}
		}
		wanted[name][sel.Sel.Name] = true
	})
	for name, symbols := range wanted {
		p.autoImportName(name, symbols)
	}
}

// mayBePackage reports whether a name that is not imported by the user may mean a package.
func (p *plan) mayBePackage(name string) bool {
	if im, ok := p.env.names[name]; ok && !im.auto {
		return false
	}
	if len(p.s.lib.named(name)) == 0 || types.Universe.Lookup(name) != nil {
		return false
	}
	if p.s.view.name(name) != nil {
		return false
	}
	for _, d := range p.own {
		if d.key == name {
			return false
		}
	}
	return true
}

func (p *plan) autoImportName(name string, symbols map[string]bool) {
	if im, ok := p.env.names[name]; ok && p.offers(im.path, symbols) == len(symbols) {
		return
	}
	known := p.s.lib.named(name)
	best, most := "", 0
	if !p.names[name] {
		best = known[0] // its lack of the symbol is what to tell the user
	}
	for _, path := range known {
		if n := p.offers(path, symbols); n > most {
			best, most = path, n
		}
	}
	if best != "" {
		p.env.names[name] = imported{path: best, auto: true}
	}
}

// offers counts the symbols that a package exports.
func (p *plan) offers(path string, symbols map[string]bool) int {
	pkg, err := p.s.lib.Import(path)
	if err != nil {
		return 0
	}
	n := 0
	for sym := range symbols {
		if token.IsExported(sym) && pkg.Scope().Lookup(sym) != nil {
			n++
		}
	}
	return n
}
