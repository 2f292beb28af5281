package gotest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"runtime"
	"strings"
)

// Cut makes cells of a program: the imports, each group of declarations that mention one
// another (types go with their methods), init functions, and main, which the last cell
// declares and so runs. A cell comes after those that it mentions, and package variables
// come in the order in which Go initialises them.
func Cut(p Program, importer types.Importer) ([]string, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, p.Name, p.Source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: importer, Sizes: types.SizesFor("gc", runtime.GOARCH)}
	if _, err := config.Check("main", fset, []*ast.File{f}, info); err != nil {
		return nil, err
	}
	text := source{fset.File(f.Pos()), p.Source}
	imported, nodes := split(f, info, text)
	var cells []string
	if len(imported) > 0 {
		cells = append(cells, strings.Join(imported, "\n"))
	}
	for _, group := range groups(connect(nodes, info)) {
		cells = append(cells, cell(group))
	}
	return cells, nil
}

// A source is a file's text, by positions.
type source struct {
	file *token.File
	text string
}

func (s source) between(from, to token.Pos) string {
	return s.text[s.file.Offset(from):s.file.Offset(to)]
}

// decl is the text of a declaration, or of one in a group, which gets the keyword that the
// group has. What stands between it and the one before goes with it: the comments there
// may be orders to the compiler.
func (s source) decl(before token.Pos, n ast.Node, keyword string) string {
	comments := strings.TrimLeft(s.between(before, n.Pos()), "; \t\n")
	return comments + keyword + s.between(n.Pos(), n.End())
}

// split lists the import declarations and the nodes of all others, as they stand.
func split(f *ast.File, info *types.Info, text source) (imported []string, nodes []*node) {
	before := f.Name.End()
	byType := map[types.Object]*node{}
	var methods []*ast.FuncDecl
	var texts []string // of methods
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv != nil { // its type may come later
				methods = append(methods, d)
				texts = append(texts, text.decl(before, d, ""))
				break
			}
			nodes = append(nodes, newNode(d, text.decl(before, d, ""), info.Defs[d.Name]))
		case *ast.GenDecl:
			switch {
			case d.Tok == token.IMPORT:
				imported = append(imported, text.decl(before, d, ""))
			case d.Tok == token.CONST: // iota counts through the group
				nodes = append(nodes, newNode(d, text.decl(before, d, ""), defined(d, info)...))
			default:
				nodes = append(nodes, specs(d, info, text, before)...)
			}
		}
		before = d.End()
	}
	for _, n := range nodes {
		for _, obj := range n.objects {
			byType[obj] = n
		}
	}
	for i, m := range methods {
		n := byType[receiver(m, info)]
		n.decls = append(n.decls, m)
		n.texts = append(n.texts, texts[i])
	}
	return imported, nodes
}

// specs are the nodes of a group of types or variables, one for each line.
func specs(d *ast.GenDecl, info *types.Info, text source, before token.Pos) (nodes []*node) {
	if !d.Lparen.IsValid() {
		return []*node{newNode(d, text.decl(before, d, ""), defined(d, info)...)}
	}
	head := strings.TrimLeft(text.between(before, d.Pos()), "; \t\n")
	before = d.Lparen + 1
	for _, spec := range d.Specs {
		n := newNode(spec, head+text.decl(before, spec, d.Tok.String()+" "), defined(spec, info)...)
		nodes = append(nodes, n)
		head, before = "", spec.End()
	}
	return nodes
}

// defined lists what a declaration declares at the top level.
func defined(n ast.Node, info *types.Info) (objects []types.Object) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.TypeSpec:
			objects = append(objects, info.Defs[n.Name])
			return false
		case *ast.ValueSpec:
			for _, name := range n.Names {
				objects = append(objects, info.Defs[name])
			}
			return false
		}
		return true
	})
	return objects
}

// receiver is the type that has a method; by another name, it is still that type.
func receiver(m *ast.FuncDecl, info *types.Info) types.Object {
	fn := info.Defs[m.Name].(*types.Func)
	t := types.Unalias(fn.Signature().Recv().Type())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	return t.(*types.Named).Origin().Obj()
}
