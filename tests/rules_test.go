package tests

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestRules checks what the house's source keeps to. Where there is a reason for an
// exception, testdata/allow.txt has it.
func TestRules(t *testing.T) {
	t.Parallel()
	packages := parsePackages(t)
	allow := readAllow(t)
	for _, rule := range []struct {
		name  string
		find  func(pkg) []finding
		about string
	}{
		{"variable", changedVariables, "is a package variable that changes"},
		{"init", initFunctions, "does work before main"},
		{"fatal", fatalCalls, "ends the process outside main"},
		{"doc", missingDoc, "has no doc.go with a comment on what it is for"},
		{"exported", undocumented, "is exported without a comment"},
		{"sleep", sleeps, "sleeps"},
	} {
		t.Run(rule.name, func(t *testing.T) {
			for _, p := range packages {
				for _, f := range rule.find(p) {
					if !allow.has(rule.name, f) {
						t.Errorf("%s: %s %s", f.where, f.name, rule.about)
					}
				}
			}
			for _, line := range allow.unused(rule.name) {
				t.Errorf("testdata/allow.txt allows nothing with %q", line)
			}
		})
	}
}

// A pkg is one folder's Go files without tests.
type pkg struct {
	folder string
	fset   *token.FileSet
	files  map[string]*ast.File // by path
}

// A finding is something that breaks a rule.
type finding struct {
	file  string
	where string // file:line
	name  string
}

func (p pkg) found(file string, pos token.Pos, name string) finding {
	return finding{file: file, where: fmt.Sprintf("%s:%d", file, p.fset.Position(pos).Line), name: name}
}

func parsePackages(t *testing.T) (packages []pkg) {
	byFolder := map[string]pkg{}
	for file := range sources(t, root(t)) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		folder := path.Dir(file)
		p, ok := byFolder[folder]
		if !ok {
			p = pkg{folder, token.NewFileSet(), map[string]*ast.File{}}
			byFolder[folder] = p
		}
		parsed, err := parser.ParseFile(p.fset, filepath.Join(root(t), file), nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		p.files[file] = parsed
	}
	for _, folder := range slices.Sorted(maps.Keys(byFolder)) {
		packages = append(packages, byFolder[folder])
	}
	return packages
}

func initFunctions(p pkg) (found []finding) {
	for file, f := range p.files {
		for _, decl := range f.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				found = append(found, p.found(file, fn.Pos(), "init"))
			}
		}
	}
	return found
}

func fatalCalls(p pkg) []finding {
	return calls(p, func(x, name string, inMain bool) bool {
		return !inMain && (x == "log" && strings.HasPrefix(name, "Fatal") || x == "os" && name == "Exit")
	})
}

func sleeps(p pkg) []finding {
	return calls(p, func(x, name string, _ bool) bool { return x == "time" && name == "Sleep" })
}

// calls finds uses of x.name, as in calls of a package's function.
func calls(p pkg, is func(x, name string, inMain bool) bool) (found []finding) {
	for file, f := range p.files {
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && x.Obj == nil && is(x.Name, s.Sel.Name, f.Name.Name == "main") {
					found = append(found, p.found(file, s.Pos(), x.Name+"."+s.Sel.Name))
				}
			}
			return true
		})
	}
	return found
}

func missingDoc(p pkg) []finding {
	file := path.Join(p.folder, "doc.go")
	if f := p.files[file]; f != nil && f.Doc != nil {
		return nil
	}
	for _, f := range p.files {
		if f.Name.Name == "main" && f.Doc != nil {
			return nil // a command's page is its main file
		}
	}
	return []finding{{file: file, where: p.folder, name: "package"}}
}

// undocumented finds exported names of procpool, what users of the library see, without a
// comment. What a type has of the language's own interfaces needs none.
func undocumented(p pkg) (found []finding) {
	if p.folder != "procpool" {
		return nil
	}
	for file, f := range p.files {
		for _, decl := range f.Decls {
			for _, id := range bare(decl) {
				found = append(found, p.found(file, id.Pos(), id.Name))
			}
		}
	}
	return found
}

func bare(decl ast.Decl) (names []*ast.Ident) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		known := d.Recv != nil && slices.Contains([]string{"Error", "Unwrap", "String"}, d.Name.Name)
		if d.Doc == nil && d.Name.IsExported() && exportedReceiver(d) && !known {
			names = append(names, d.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && s.Doc == nil && d.Doc == nil {
					names = append(names, s.Name)
				}
			case *ast.ValueSpec:
				for _, id := range s.Names {
					if id.IsExported() && s.Doc == nil && s.Comment == nil && d.Doc == nil {
						names = append(names, id)
					}
				}
			}
		}
	}
	return names
}

func exportedReceiver(fn *ast.FuncDecl) bool {
	if fn.Recv == nil {
		return true
	}
	typ := fn.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	switch generic := typ.(type) {
	case *ast.IndexExpr:
		typ = generic.X
	case *ast.IndexListExpr:
		typ = generic.X
	}
	id, ok := typ.(*ast.Ident)
	return ok && id.IsExported()
}
