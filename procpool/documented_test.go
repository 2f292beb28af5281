//go:build unix

package procpool_test

import (
	"go/ast"
	"go/doc"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
	"testing"
)

// forFrontEnds are the names that only those need who evaluate cells, or that the generic functions are made of.
// Programs and cells use what is made of them, and so do the examples.
var forFrontEnds = map[string]bool{"Source": true, "Call": true, "Lock.Memory": true}

// forPackages are methods that packages errors and fmt call.
var forPackages = map[string]bool{"Error": true, "Unwrap": true, "Is": true, "String": true}

func isForFrontEnds(name string) bool {
	typ, method, isMethod := strings.Cut(name, ".")
	if isMethod && (strings.HasSuffix(method, "Into") || strings.HasSuffix(method, "Of") || strings.HasSuffix(method, "Call")) {
		return true // what the generic functions are made of
	}
	return forFrontEnds[typ] || forFrontEnds[name] || strings.HasPrefix(typ, "Raw")
}

// TestEveryNameIsDocumentedAndShown finds exported names without a comment, and functions, types
// and methods that no example uses.
func TestEveryNameIsDocumentedAndShown(t *testing.T) {
	t.Parallel()
	fset := token.NewFileSet()
	pkg := parse(t, fset, func(name string) bool { return !strings.HasSuffix(name, "_test.go") })
	shown := usedInExamples(t, fset)
	p, err := doc.NewFromFiles(fset, pkg, "github.com/parago/parago/procpool")
	if err != nil {
		t.Fatal(err)
	}
	want := func(name, text string, example bool) {
		if text == "" {
			t.Errorf("%s has no comment", name)
		}
		if example && !shown[name] && !isForFrontEnds(name) {
			t.Errorf("no example uses %s", name)
		}
	}
	for _, f := range p.Funcs {
		want(f.Name, f.Doc, true)
	}
	for _, typ := range p.Types {
		want(typ.Name, typ.Doc, false)
		for _, f := range typ.Funcs {
			want(f.Name, f.Doc, true)
		}
		for _, m := range typ.Methods {
			if !forPackages[m.Name] {
				want(typ.Name+"."+m.Name, m.Doc, true)
			}
		}
		for _, v := range append(typ.Consts, typ.Vars...) {
			want(strings.Join(v.Names, ", "), v.Doc, false)
		}
	}
	for _, v := range append(p.Consts, p.Vars...) {
		want(strings.Join(v.Names, ", "), v.Doc, false)
	}
}

func parse(t *testing.T, fset *token.FileSet, wanted func(string) bool) []*ast.File {
	var files []*ast.File
	names, _ := filepath.Glob("*.go")
	for _, name := range names {
		if !wanted(name) {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

// usedInExamples returns the functions, and the methods as Type.Method, that the examples use.
func usedInExamples(t *testing.T, fset *token.FileSet) map[string]bool {
	tests := parse(t, fset, func(name string) bool { return strings.HasSuffix(name, "_test.go") })
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: importer.ForCompiler(fset, "source", nil), Error: func(error) {}}
	config.Check("procpool_test", fset, tests, info) // what one system's files lack is no matter here
	shown := map[string]bool{}
	for id, o := range info.Uses {
		fn, ok := o.(*types.Func)
		if !ok || !strings.HasPrefix(filepath.Base(fset.Position(id.Pos()).Filename), "example_") {
			continue
		}
		name := fn.Name()
		if recv := fn.Signature().Recv(); recv != nil {
			typ := recv.Type()
			if p, ok := typ.(*types.Pointer); ok {
				typ = p.Elem()
			}
			if n, ok := typ.(*types.Named); ok {
				name = n.Obj().Name() + "." + name
			}
		}
		shown[name] = true
	}
	return shown
}
