package check

import (
	"errors"
	"fmt"
	"go/types"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"
	"sync"
)

// A library is where imports come from: the export data of the standard library and
// packages given as source. It loads a package when it is first asked for.
type library struct {
	std      *standard
	sources  map[string]fs.FS
	external External // nil: there is nothing else

	mu     sync.Mutex
	pkgs   map[string]*types.Package
	loaded map[string]bool // of pkgs: read in full, not only mentioned by another
	source map[string]*SourcePackage
	byName map[string][]string // package name → import paths
}

func newLibrary(o Options) *library {
	l := &library{
		std:      newStandard(o.Standard),
		sources:  o.Sources,
		external: o.External,
		pkgs:     map[string]*types.Package{},
		loaded:   map[string]bool{},
		source:   map[string]*SourcePackage{},
		byName:   map[string][]string{},
	}
	for _, p := range l.paths() {
		name := baseName(p)
		l.byName[name] = append(l.byName[name], p)
	}
	return l
}

// paths returns all import paths, the most common of each name first.
func (l *library) paths() []string {
	out := []string{"unsafe"}
	for p := range l.std.paths {
		out = append(out, p)
	}
	for p := range l.sources {
		out = append(out, p)
	}
	sort.Slice(out, func(i, j int) bool {
		if a, b := rank(out[i]), rank(out[j]); a != b {
			return a < b
		}
		return out[i] < out[j]
	})
	return out
}

// rank puts what people mean first where a name belongs to several packages.
func rank(path string) int {
	switch path {
	case "math/rand/v2", "text/template":
		return 0
	case "math/rand":
		return 1
	}
	return 2 + strings.Count(path, "/")
}

// baseName is the name that a package of the library has.
func baseName(p string) string {
	name := path.Base(p)
	if len(name) > 1 && name[0] == 'v' && name[1] >= '0' && name[1] <= '9' {
		return path.Base(path.Dir(p))
	}
	return name
}

// elsewhere are packages that cells import by the paths that they have in other kernels.
var elsewhere = map[string]string{
	"github.com/janpfeifer/gonb/gonbui": "github.com/parago/parago/interp/display/gonbui",
}

// canonical is the import path that a path in a cell means: "procpool" stands for
// the source package of that name.
func (l *library) canonical(p string) string {
	if full, ok := elsewhere[p]; ok && l.sources[full] != nil {
		return full
	}
	if l.std.paths[p] || strings.Contains(p, "/") {
		return p
	}
	for full := range l.sources {
		if path.Base(full) == p {
			return full
		}
	}
	return p
}

// Import is types.Importer.
func (l *library) Import(p string) (*types.Package, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.load(l.canonical(p))
}

// A held library is one whose lock is held.
type held struct{ *library }

func (h held) Import(p string) (*types.Package, error) { return h.load(h.canonical(p)) }

func (l *library) load(p string) (*types.Package, error) {
	if p == "unsafe" {
		return types.Unsafe, nil
	}
	if strings.Contains(p, dottedMark) {
		return l.loadDotted(p)
	}
	if l.loaded[p] {
		return l.pkgs[p], nil
	}
	if l.std.paths[p] {
		pkg, err := l.std.load(p, l.pkgs)
		return l.keep(p, pkg, err)
	}
	if fsys := l.folder(p); fsys != nil {
		return l.loadSource(p, fsys)
	}
	if l.external != nil {
		return l.loadExternal(p)
	}
	return nil, l.unknown(p)
}

// keep notes a package that has been read.
func (l *library) keep(p string, pkg *types.Package, err error) (*types.Package, error) {
	if err != nil {
		return nil, err
	}
	l.pkgs[p], l.loaded[p] = pkg, true
	return pkg, nil
}

// unknown says why there is no package at a path.
func (l *library) unknown(p string) error {
	switch {
	case p == "C":
		return errors.New("cells cannot use cgo: what calls C goes into a package of a module, which cells can import")
	case strings.Contains("/"+p+"/", "/internal/"):
		return fmt.Errorf("use of internal package %s not allowed", p)
	case strings.Contains(strings.Split(p, "/")[0], "."):
		return fmt.Errorf("no package %s here: only the standard library can be imported", p)
	}
	if like := nearest(p, l.paths()); like != "" {
		return fmt.Errorf("package %s is not in std: did you mean %q?", p, like)
	}
	return fmt.Errorf("package %s is not in std", p)
}

// named returns the packages of a name, the most common first, and those from elsewhere last.
func (l *library) named(name string) []string {
	var more []string
	for path, is := range l.externalNames() {
		if is == name && l.isExternal(path) {
			more = append(more, path)
		}
	}
	slices.Sort(more)
	if path := wellKnown[name]; path != "" && l.external != nil && len(l.byName[name])+len(more) == 0 {
		more = append(more, path)
	}
	return slices.Concat(l.byName[name], more)
}

// wellKnown are packages of modules that people expect to be there as those of the standard library
// are, which has had most of their like since they were written.
var wellKnown = map[string]string{"constraints": "golang.org/x/exp/constraints"}
