package check

import (
	"fmt"
	"go/ast"
	gobuild "go/build"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"strings"
)

// A SourcePackage is a package that is known by its source, not by export data. The
// bodies of its functions that are not generic are left out: what runs them is
// compiled; generic ones keep theirs, to be instantiated.
type SourcePackage struct {
	Path  string
	Fset  *token.FileSet
	Files []*ast.File
	Info  *types.Info // covers all that Files holds
	Pkg   *types.Package
}

func (l *library) loadSource(p string, fsys fs.FS) (*types.Package, error) {
	src := &SourcePackage{Path: p, Fset: token.NewFileSet(), Info: newInfo()}
	names, err := sourceFiles(fsys)
	if err != nil {
		return nil, fmt.Errorf("load package %s: %w", p, err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("load package %s: %w", p, err)
		}
		f, err := parser.ParseFile(src.Fset, p+"/"+name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("load package %s: %w", p, err)
		}
		dropBodies(f)
		src.Files = append(src.Files, f)
	}
	conf := types.Config{Importer: held{l}, DisableUnusedImportCheck: true, Error: func(error) {}}
	src.Pkg, err = conf.Check(p, src.Fset, src.Files, src.Info)
	if err != nil {
		return nil, fmt.Errorf("load package %s: %w", p, err)
	}
	l.pkgs[p], l.loaded[p], l.source[p] = src.Pkg, true, src
	return src.Pkg, nil
}

// folder is the folder of a source package: one that was given, or one inside.
func (l *library) folder(p string) fs.FS {
	if fsys := l.sources[p]; fsys != nil {
		return fsys
	}
	for root, fsys := range l.sources {
		rest, ok := strings.CutPrefix(p, root+"/")
		if !ok {
			continue
		}
		sub, err := fs.Sub(fsys, rest)
		if err != nil {
			continue
		}
		if names, err := sourceFiles(sub); err == nil && len(names) > 0 {
			return sub
		}
	}
	return nil
}

// sourceFiles returns the Go files of a folder that belong to this platform's build.
func sourceFiles(fsys fs.FS) ([]string, error) {
	ctx := gobuild.Default
	ctx.CgoEnabled = false
	ctx.JoinPath = func(elem ...string) string { return elem[len(elem)-1] }
	ctx.OpenFile = func(name string) (io.ReadCloser, error) { return fsys.Open(name) }
	all, err := fs.Glob(fsys, "*.go")
	if err != nil {
		return nil, err
	}
	var out []string
	for _, name := range all {
		ok, err := ctx.MatchFile(".", name)
		if err != nil {
			return nil, err
		}
		if ok && !strings.HasSuffix(name, "_test.go") {
			out = append(out, name)
		}
	}
	return out, nil
}

// dropBodies removes the bodies of functions that are not generic. Those of func
// init go altogether.
func dropBodies(f *ast.File) {
	kept := f.Decls[:0]
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if ok && fn.Recv == nil && fn.Name.Name == "init" {
			continue
		}
		if ok && !isGeneric(fn) {
			fn.Body = nil
		}
		kept = append(kept, d)
	}
	f.Decls = kept
}

// Source returns the package at a path if it is one that is known by its source.
func (s *Scope) Source(path string) (*SourcePackage, bool) {
	l := s.lib
	l.mu.Lock()
	defer l.mu.Unlock()
	path = l.canonical(path)
	if l.std.paths[path] || l.folder(path) == nil {
		return nil, false
	}
	if _, err := l.load(path); err != nil {
		return nil, false
	}
	return l.source[path], true
}
