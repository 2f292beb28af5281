package check

import (
	"go/ast"
	"go/token"
	"maps"
	"sort"
	"strconv"
)

// imports are the packages that a text can name. They are never changed, only copied.
type imports struct {
	names map[string]imported
	dots  []string // paths
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
		if p == path {
			return
		}
	}
	m.dots = append(m.dots, path)
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
