package native

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sync"

	"github.com/parago/parago/interp/native/object"
)

// A Source is a package of one file, to be built as a plugin.
type Source struct {
	// Path is the package's import path. It stands for the text and all that it is
	// compiled with: a package of the same path is never built twice.
	Path    string
	Text    []byte   // package main, with a func main
	Imports []string // all paths that the text imports
	// Packages are modules' packages that the text, or a package that it imports, may
	// import, and all that they import. The host's come before those of the same path.
	Packages []Package
	// Progress is told what has to be compiled of the standard library. It may be nil.
	Progress func(Progress)
}

// A Built is a package that others can import and that the host can open.
type Built struct {
	Path    string
	File    string   // the plugin
	Archive string   // for packages that import it
	Imports []string // the other built packages that it imports
	Bundles []*Built // of modules' packages: to be opened before it, in this order
}

// A Builder builds packages for a host, and keeps them in a folder that many builders may
// share. Its methods may be called from any goroutine.
type Builder struct {
	host  *Host
	cache *cache

	mu       sync.Mutex // guards the rest
	packages packages   // the host's and those that are built
	late     packages   // of the standard library, and not in the program
	built    map[string]*Built

	bundling sync.Mutex         // held while there is a look at the next one
	bundled  map[string]*bundle // by the archives of the packages in them
}

// NewBuilder returns a builder that keeps what it builds below a folder, which is made
// when there is something to keep. What was used longest ago is removed when it holds
// more than a gigabyte.
func NewBuilder(h *Host, dir string) *Builder {
	b := &Builder{host: h, cache: newCache(dir, h.Key), packages: packages{}, late: packages{}, built: map[string]*Built{}, bundled: map[string]*bundle{}}
	for path, p := range h.packages {
		b.packages[path] = p
	}
	return b
}

// Host is what the packages are built for.
func (b *Builder) Host() *Host { return b.host }

// Close lets go of what was built: others may remove it from the cache now.
func (b *Builder) Close() error {
	b.bundling.Lock()
	for _, made := range b.bundled {
		made.close()
	}
	b.bundling.Unlock()
	b.cache.close()
	return nil
}

// Build returns the package, and compiles and links it first if that has not been done
// before. What the compiler has to say about the text is a *CompileError.
func (b *Builder) Build(ctx context.Context, s Source) (*Built, error) {
	modules := s.modules()
	if err := b.resolve(s.Imports, modules); err != nil {
		return nil, err
	}
	if err := b.admit(ctx, s, modules); err != nil {
		return nil, err
	}
	bundles, err := b.bundles(ctx, s, modules)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	built := b.built[s.Path]
	b.mu.Unlock()
	if built == nil {
		e, ok := b.cache.get(s.Path)
		if !ok {
			if e, err = b.cache.add(s.Path, s.Imports, func(dir string) error { return b.make(ctx, s, modules, dir) }); err != nil {
				return nil, err
			}
		}
		built = b.known(s.Path, e)
	}
	with := *built
	with.Bundles = bundles
	return &with, nil
}

// modules are the modules' packages, by path.
func (s Source) modules() packages {
	ps := packages{}
	for _, p := range s.Packages {
		ps[p.Path] = p
	}
	return ps
}

// resolve finds imported packages that an earlier builder has built.
func (b *Builder) resolve(paths []string, modules packages) error {
	for _, path := range paths {
		b.mu.Lock()
		_, ok := b.packages[path]
		b.mu.Unlock()
		if _, isModules := modules[path]; ok || isModules || path == "unsafe" || !b.host.whole && importable(path) {
			continue // admit finds what is late
		}
		e, ok := b.cache.get(path)
		if !ok {
			return fmt.Errorf("there is no compiled package %s to import", path)
		}
		if err := b.resolve(e.imports, modules); err != nil {
			return err
		}
		b.known(path, e)
	}
	return nil
}

// known notes a package that is in the cache.
func (b *Builder) known(path string, e entry) *Built {
	built := &Built{Path: path, File: e.file(pluginName), Archive: e.file(archiveName)}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, imported := range e.imports {
		if _, ok := b.built[imported]; ok {
			built.Imports = append(built.Imports, imported)
		}
	}
	b.built[path] = built
	b.packages[path] = Package{Path: path, Archive: built.Archive, Imports: e.imports, packed: packedOf(e.dir)}
	return built
}

// make builds a package into a folder.
func (b *Builder) make(ctx context.Context, s Source, modules packages, dir string) error {
	b.mu.Lock()
	tools := b.host.tools(b.with(modules))
	for path, built := range b.built {
		tools.plugins[path] = built.File
	}
	b.mu.Unlock()
	b.bundling.Lock()
	b.addBundles(tools)
	b.bundling.Unlock()
	work := filepath.Join(dir, "work")
	if err := os.Mkdir(work, 0o755); err != nil {
		return err
	}
	p, err := tools.compileCell(ctx, work, filepath.Join(dir, archiveName), s)
	if err != nil {
		return err
	}
	if err := b.host.link(ctx, tools, work, filepath.Join(dir, pluginName), p); err != nil {
		return err
	}
	if b.host.thin != nil {
		if err := pack(dir); err != nil {
			return err
		}
	}
	return os.RemoveAll(work)
}

// compileCell compiles a package to an archive that others can import, and returns the
// package as it is to be linked: the archives differ by names that no two packages of one
// program may both have.
func (t tools) compileCell(ctx context.Context, dir, archive string, s Source) (Package, error) {
	cell, imports := filepath.Join(dir, "cell.go"), filepath.Join(dir, "imports.go")
	if err := os.WriteFile(cell, s.Text, 0o644); err != nil {
		return Package{}, err
	}
	// All packages import the runtime, by which the host sees that they are of one Go.
	if err := os.WriteFile(imports, blankImports([]string{"runtime"}), 0o644); err != nil {
		return Package{}, err
	}
	p := Package{Path: s.Path, Archive: filepath.Join(dir, "link.a"), Imports: append(slices.Clone(s.Imports), "runtime")}
	if err := t.compile(ctx, dir, p, cell, imports); err != nil {
		return Package{}, err
	}
	data, err := os.ReadFile(p.Archive)
	if err != nil {
		return Package{}, err
	}
	// The table of what plugin.Lookup finds is of no use here. What it is made from makes the
	// linker keep what later packages may refer to.
	const tabs, exports = "go:plugin.tabs", "go:plugin.exports"
	sum := sha256.Sum256([]byte(s.Path))
	own := "go:" + base64.RawURLEncoding.EncodeToString(sum[:])
	if err := object.RenameDefinitions(data, map[string]string{tabs: own[:len(tabs)]}); err != nil {
		return p, os.WriteFile(archive, data, 0o644) // then there are no two of it either
	}
	// To the user, all cells are package main.
	if err := object.ShowAsMain(data, path.Dir(s.Path)+"/"); err != nil {
		return Package{}, err
	}
	if data, err = object.HideMethods(data, exported); err != nil {
		return Package{}, err
	}
	if err := os.WriteFile(p.Archive, data, 0o644); err != nil {
		return Package{}, err
	}
	if err := object.RenameDefinitions(data, map[string]string{exports: own[:len(exports)]}); err != nil {
		return Package{}, err
	}
	return p, os.WriteFile(archive, data, 0o644)
}

func (h *Host) tools(ps packages) tools {
	return tools{toolchain: h.toolchain, packages: ps, hosted: h.hosted, plugins: map[string]string{}, bundles: map[string]*bundle{}}
}

// link links a plugin in the quickest way that works here and for it.
func (h *Host) link(ctx context.Context, t tools, dir, file string, p Package) error {
	cxx, err := t.needsCXX(p)
	if err != nil {
		return err
	}
	if h.thin != nil && !cxx {
		host, err := h.symbols()
		if err == nil {
			err = h.thin.plugin(ctx, t, host, dir, file, p)
		}
		if err == nil || ctx.Err() != nil {
			return err
		}
		if h.thick != nil {
			h.thick(p.Path, err)
		}
	}
	runtime, err := h.runtime(ctx)
	if err != nil {
		return err
	}
	if t, err = t.inFull(runtime).unpacked(dir, p); err != nil {
		return err
	}
	switch {
	case cxx:
		return t.link(ctx, dir, file, p, append(pluginFlags(p), "-extld="+h.toolchain.env["CXX"])...)
	case h.linker != nil:
		return h.linker.plugin(ctx, t, dir, file, p)
	}
	return t.plugin(ctx, dir, file, p)
}
