package module

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/parago/parago/interp/native"
)

// A pack is a compiled package.
type pack struct {
	native.Package
	name    string
	edition string // "" before it is compiled
	module  listedModule
	dir     string
	stamp   string // what dir looked like, if it is one of the user's
}

// local reports whether the package is in a folder of the user's, who may change it.
func (p pack) local() bool { return p.stamp != "" }

// A listedModule is the module of a package, as the go command tells.
type listedModule struct {
	Path, Version, Dir string
	Main               bool
	Replace            *listedModule
}

func (m listedModule) String() string {
	switch {
	case m.Replace == nil:
		return m.Path + " " + m.Version
	case m.Replace.Version == "":
		return m.Path + " => " + m.Replace.Path
	}
	return m.Path + " => " + m.Replace.Path + " " + m.Replace.Version
}

// A listing is what has become of some packages and all that they import.
type listing struct {
	packages map[string]pack
	failed   map[string]error // of those that were asked for
}

// A listedPackage is one of `go list -json`.
type listedPackage struct {
	ImportPath, Name, Dir, Export string
	Imports                       []string
	ImportMap                     map[string]string
	Standard                      bool
	Module                        *listedModule
	CgoFiles, CXXFiles            []string
	Error                         *listedError
	DepsErrors                    []*listedError
}

type listedError struct {
	Pos, Err    string
	ImportStack []string
}

// A work is how far the go command goes.
type work bool

const (
	find    work = false // and fetch
	compile work = true
)

// list has the go command find, fetch and perhaps compile packages. The error is one that is
// not about a package. Env is added to the environment.
func (s *step) list(ctx context.Context, todo work, env []string, paths []string) (*listing, error) {
	args := []string{"list", "-mod=mod", "-e", "-export=" + strconv.FormatBool(todo == compile), "-deps", "-json=ImportPath,Name,Dir,Export,Imports,ImportMap,Standard,Module,CgoFiles,CXXFiles,Error,DepsErrors"}
	args = append(args, native.BuildFlags()...)
	args = append(append(args, "--"), paths...)
	out, failed := s.goCommand(ctx, env, args...)
	if ctx.Err() != nil {
		return nil, failed
	}
	l := &listing{packages: map[string]pack{}, failed: map[string]error{}}
	found := map[string]bool{}
	var unfit []string
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listedPackage
		if err := d.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			return nil, errors.Join(failed, fmt.Errorf("understand what go list says: %w", err))
		}
		asked := slices.Contains(paths, p.ImportPath)
		found[p.ImportPath] = asked
		err := s.add(l, &p, todo)
		if errors.Is(err, errUnfit) {
			unfit = append(unfit, p.ImportPath)
		} else if err != nil && asked {
			l.failed[p.ImportPath] = err
		}
	}
	for _, path := range paths {
		switch {
		case len(unfit) > 0:
			l.failed[path] = unfitError(unfit)
			delete(l.packages, path)
		case found[path]:
		case failed != nil:
			l.failed[path] = s.explain(path, failed.Error())
		default:
			l.failed[path] = fmt.Errorf("the go command says nothing of package %s", path)
		}
	}
	return l, nil
}

// add notes a package, or returns why there is none.
func (s *step) add(l *listing, p *listedPackage, todo work) error {
	host := s.folder.host
	switch {
	case p.Error != nil:
		return s.explain(p.ImportPath, p.Error.text())
	case len(p.DepsErrors) > 0:
		return s.explain(p.ImportPath, p.DepsErrors[0].text())
	case p.Name == "main":
		return fmt.Errorf("%s is a program, not a package that can be imported", p.ImportPath)
	case host.Own(p.ImportPath):
		return fmt.Errorf("package %s is part of the program that runs cells, which cannot have it twice", p.ImportPath)
	case p.Export == "" && p.ImportPath != "unsafe" && todo == compile:
		return fmt.Errorf("package %s has not been compiled, and the go command does not say why", p.ImportPath)
	}
	compiled := native.Package{Path: p.ImportPath, Archive: p.Export, Imports: p.Imports, CXX: len(p.CXXFiles) > 0}
	if p.Standard || host.Has(p.ImportPath) {
		if p.Export != "" && !host.Same(compiled) {
			return errUnfit
		}
		return nil
	}
	for i, path := range compiled.Imports {
		if to, ok := p.ImportMap[path]; ok {
			compiled.Imports[i] = to
		}
	}
	if len(p.CgoFiles) > 0 {
		compiled.Imports = append(slices.DeleteFunc(compiled.Imports, func(path string) bool { return path == "C" }), "runtime/cgo", "syscall", "unsafe")
	}
	known := pack{Package: compiled, name: p.Name, dir: p.Dir}
	if todo == compile {
		known.edition = filepath.Base(p.Export)
	}
	if p.Module != nil {
		known.module = *p.Module
		if p.Module.Replace != nil && p.Module.Replace.Version == "" {
			known.stamp = stampOf(p.Dir)
		}
	}
	l.packages[p.ImportPath] = known
	return nil
}

// errUnfit is about a package that is not what cells are linked with.
var errUnfit = errors.New("not as the host has it")

// unfitError says what is wrong with packages that would do for any program but cells.
func unfitError(paths []string) error {
	for _, path := range paths {
		if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") {
			return fmt.Errorf("it imports %s, and is compiled with another than cells have", path)
		}
	}
	return fmt.Errorf("the go command compiles parts of the standard library in another way than cells have them, perhaps by tags in GOFLAGS: %s", strings.Join(paths, " "))
}

// text is an error with its place.
func (e *listedError) text() string {
	if e.Pos != "" {
		return e.Pos + ": " + e.Err
	}
	return e.Err
}

// modules are those of packages, by path.
func (l *listing) modules(paths []string) map[string]listedModule {
	modules := map[string]listedModule{}
	for _, path := range paths {
		if p, ok := l.packages[path]; ok {
			modules[p.module.Path] = p.module
		}
	}
	return modules
}

// listNames finds the names of the packages of modules.
func (s *step) listNames(ctx context.Context, modules []string) (map[string]string, error) {
	args := []string{"list", "-mod=mod", "-find", "-e", "-json=ImportPath,Name,Module,Error", "--"}
	for _, m := range modules {
		args = append(args, m+"/...")
	}
	out, err := s.goCommand(ctx, nil, args...)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listedPackage
		if err := d.Decode(&p); err == io.EOF {
			return names, nil
		} else if err != nil {
			return nil, err
		}
		if p.Error == nil && p.Name != "" && p.Name != "main" && !internal(p.ImportPath) && p.Module != nil && slices.Contains(modules, p.Module.Path) {
			names[p.ImportPath] = p.Name
		}
	}
}
