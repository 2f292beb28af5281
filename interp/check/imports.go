package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// imports are the packages that a text can name. They are never changed, only copied.
type imports struct {
	names map[string]imported
	dots  []string // paths, as dotted writes them
}

type imported struct {
	path string
	auto bool // added by us; another package of the name may take its place
}

func (m *imports) clone() *imports {
	return &imports{names: maps.Clone(m.names), dots: append([]string(nil), m.dots...)}
}

func (m *imports) addDot(path string) {
	for _, p := range m.dots {
		if dottedPath(p) == path {
			return
		}
	}
	m.dots = append(m.dots, path)
}

// dottedMark stands in the path of a dot import before each name that is left out.
const dottedMark = "۰"

// dotted is the path of a dot import without the names that the session gives another meaning.
func dotted(path string, without []string) string {
	return strings.Join(append([]string{path}, without...), dottedMark)
}

func dottedPath(p string) string {
	path, _, _ := strings.Cut(p, dottedMark)
	return path
}

// hideDotted leaves those names out of dot imports that are the session's, or will be.
func (p *plan) hideDotted() {
	for i, dot := range p.env.dots {
		path := dottedPath(dot)
		pkg, err := p.s.lib.Import(path)
		if err != nil {
			continue // which the type checker says
		}
		var without []string
		for _, name := range pkg.Scope().Names() {
			if token.IsExported(name) && p.means(name) {
				without = append(without, name)
			}
		}
		p.env.dots[i] = dotted(path, without)
	}
}

// means reports whether a name is the session's, or will be.
func (p *plan) means(name string) bool {
	if _, ok := p.s.view.names[name]; ok || p.names[name] {
		return true
	}
	for _, d := range p.own {
		if d.key == name {
			return true
		}
	}
	return false
}

// loadDotted returns the package of a dot import.
func (l *library) loadDotted(p string) (*types.Package, error) {
	names := strings.Split(p, dottedMark)
	whole, err := l.load(names[0])
	if err != nil {
		return nil, err
	}
	part := types.NewPackage(whole.Path(), whole.Name())
	for _, name := range whole.Scope().Names() {
		if !slices.Contains(names[1:], name) {
			part.Scope().Insert(whole.Scope().Lookup(name))
		}
	}
	part.MarkComplete()
	return part, nil
}

// only returns the imports that one declaration needs.
func (m *imports) only(used map[string]bool) *imports {
	out := &imports{names: map[string]imported{}, dots: m.dots}
	for name := range used {
		if im, ok := m.names[name]; ok {
			out.names[name] = im
		}
	}
	return out
}

// decl is an import declaration of all of m.
func (m *imports) decl() *ast.GenDecl {
	d := &ast.GenDecl{Tok: token.IMPORT}
	names := make([]string, 0, len(m.names))
	for name := range m.names {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		d.Specs = append(d.Specs, importSpec(name, m.names[name].path))
	}
	for _, path := range m.dots {
		d.Specs = append(d.Specs, importSpec(".", path))
	}
	return d
}

func importSpec(name, path string) *ast.ImportSpec {
	return &ast.ImportSpec{
		Name: ast.NewIdent(name),
		Path: &ast.BasicLit{Kind: token.STRING, Value: strconv.Quote(path)},
	}
}
