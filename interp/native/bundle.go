package native

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/parago/parago/interp/native/object"
)

// A bundle is a plugin with packages of modules, all of them. Cells are linked with it as with
// the host, and so need no copies: a plugin with C in it takes seconds to link, and one
// with a large module megabytes. Where plugins bring along what they use, there are none.
type bundle struct {
	*Built
	needs  []*bundle // of which its packages import some: the plugin looks for what they have
	serial int       // bundles may need those before them

	mu     sync.Mutex
	opened *object.Module // to link with; nil until that is wanted
}

// module opens the bundle's plugin, to link with it. As reading one may take half a second, it
// stays open until the builder is closed.
func (b *bundle) module() (*object.Module, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.opened != nil {
		return b.opened, nil
	}
	m, err := openPlugin(b.File)
	if err == nil {
		b.opened = m
	}
	return m, err
}

func (b *bundle) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.opened != nil {
		b.opened.Close()
		b.opened = nil
	}
}

// bundlePrefix is how the import paths of bundles begin.
const bundlePrefix = "parago/modules/"

// bundles are what a source needs to be opened before it, in that order: all modules'
// packages that it imports, and that other cells do which it imports.
func (b *Builder) bundles(ctx context.Context, s Source, modules packages) ([]*Built, error) {
	b.mu.Lock()
	none := len(modules)+len(b.late) == 0
	b.mu.Unlock()
	if b.host.thin == nil || none {
		return nil, nil
	}
	b.bundling.Lock()
	defer b.bundling.Unlock()
	needed, err := b.modulesOf(s, modules)
	if err != nil {
		return nil, err
	}
	missing := slices.DeleteFunc(slices.Clone(needed), func(p Package) bool { return b.bundled[p.Archive] != nil })
	if len(missing) > 0 {
		made, err := b.bundle(ctx, missing, modules)
		if err != nil {
			return nil, err
		}
		for _, p := range missing {
			b.bundled[p.Archive] = made
		}
	}
	var all []*Built
	for _, made := range b.bundlesOf(needed) {
		all = append(all, made.Built)
	}
	return all, nil
}

// bundlesOf are the bundles that have packages, as far as there are some, and those that these
// need for their other packages, in the order in which they can be opened.
func (b *Builder) bundlesOf(ps []Package) (found []*bundle) {
	var add func(made *bundle)
	add = func(made *bundle) {
		if made == nil || slices.Contains(found, made) {
			return
		}
		found = append(found, made)
		for _, needed := range made.needs {
			add(needed)
		}
	}
	for _, p := range ps {
		add(b.bundled[p.Archive])
	}
	slices.SortFunc(found, func(x, y *bundle) int { return cmp.Compare(x.serial, y.serial) })
	return found
}

// modulesOf are the modules' packages that a source is linked with.
func (b *Builder) modulesOf(s Source, modules packages) ([]Package, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	all, err := b.with(modules).closure(s.Imports)
	return slices.DeleteFunc(all, func(p Package) bool {
		_, ours := b.packages[p.Path]
		return ours
	}), err
}

// with are the packages that there are, with those of modules.
func (b *Builder) with(modules packages) packages {
	all := packages{}
	for _, ps := range []packages{modules, b.late, b.packages} { // the host's come first
		for path, p := range ps {
			all[path] = p
		}
	}
	return all
}

// bundle returns the bundle of packages.
func (b *Builder) bundle(ctx context.Context, ps []Package, modules packages) (*bundle, error) {
	slices.SortFunc(ps, func(x, y Package) int { return strings.Compare(x.Path, y.Path) })
	h := sha256.New()
	s := Source{}
	for _, p := range ps {
		fmt.Fprintln(h, p.Path, filepath.Base(p.Archive))
		s.Imports = append(s.Imports, p.Path)
	}
	imported, err := b.modulesOf(s, modules)
	if err != nil {
		return nil, err
	}
	needs := b.bundlesOf(imported)
	for _, needed := range needs {
		fmt.Fprintln(h, needed.Path) // with which it is linked
	}
	s.Path = bundlePrefix + fmt.Sprintf("%x", h.Sum(nil)[:8])
	e, ok := b.cache.get(s.Path)
	if !ok {
		s.Text = bundleText(s.Path, s.Imports)
		s.Imports = append(s.Imports, runtimePackage)
		if e, err = b.cache.add(s.Path, nil, func(dir string) error { return b.makeBundle(ctx, s, ps, modules, dir) }); err != nil {
			return nil, err
		}
	}
	built := &Built{Path: s.Path, File: e.file(pluginName), Archive: e.file(archiveName)}
	return &bundle{Built: built, needs: needs, serial: len(b.bundled)}, nil
}

// runtimePackage is what plugins tell that they are open.
const runtimePackage = module + "/interp/runner/rt"

// bundleText is a package that imports others, and that can be made to keep all of them.
func bundleText(path string, imports []string) []byte {
	text := blankImports(imports)
	return fmt.Appendf(text, `import "%s"

var keep uintptr

func init() {
	if keep == 1 { // never, which the compiler cannot know
		panic(keep)
	}
	rt.Register(&rt.Package{Path: %q})
}

func main() {}
`, runtimePackage, path)
}

// makeBundle builds a bundle into a folder.
func (b *Builder) makeBundle(ctx context.Context, s Source, ps []Package, modules packages, dir string) error {
	b.mu.Lock()
	tools := b.host.tools(b.with(modules))
	b.mu.Unlock()
	b.addBundles(tools)
	work := filepath.Join(dir, "work")
	if err := os.Mkdir(work, 0o755); err != nil {
		return err
	}
	p, err := tools.compileCell(ctx, work, filepath.Join(dir, archiveName), s)
	if err != nil {
		return err
	}
	if err := b.host.keep(ctx, tools, work, p, ps); err != nil {
		return err
	}
	if err := writeAssembly(filepath.Join(dir, assemblyName), ps); err != nil {
		return err
	}
	if err := b.host.link(ctx, tools, work, filepath.Join(dir, pluginName), p); err != nil {
		return err
	}
	return os.RemoveAll(work)
}

// addBundles says where packages of modules are that bundles have.
func (b *Builder) addBundles(t tools) {
	for path, p := range t.packages {
		if made := b.bundled[p.Archive]; made != nil {
			t.plugins[path], t.bundles[made.File] = made.File, made
		}
	}
}

// keep makes a package that is to be linked keep all that others may look for in packages.
func (h *Host) keep(ctx context.Context, t tools, dir string, p Package, ps []Package) error {
	refs, err := h.keepable(t, p, ps)
	if err != nil {
		return err
	}
	file := filepath.Join(dir, "keep.o")
	if err := t.assemble(ctx, dir, p.Path, keepText, file); err != nil {
		return err
	}
	template, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	keep, err := object.Keep(template, refs)
	if err != nil {
		return err
	}
	archive, err := os.ReadFile(p.Archive)
	if err != nil {
		return err
	}
	return os.WriteFile(p.Archive, object.Append(archive, "keep.o", keep), 0o644)
}

// keepable is what packages have for others, as far as it can be linked.
func (h *Host) keepable(t tools, p Package, ps []Package) ([]object.Ref, error) {
	var defs []object.Ref
	var archives []string
	for _, kept := range ps {
		more, err := object.Definitions(kept.Archive, kept.Path)
		if err != nil {
			continue // then cells that use it bring copies along
		}
		defs, archives = append(defs, more...), append(archives, kept.Archive)
	}
	host, err := h.symbols()
	if err != nil {
		return nil, err
	}
	modules, _, err := t.modules(host, p.Imports)
	if err != nil {
		return nil, err
	}
	defer modules.close()
	refs, err := object.Whole(defs, archives, modules.has)
	slices.SortFunc(refs, func(x, y object.Ref) int { return strings.Compare(x.Name, y.Name) })
	return refs, err
}

// writeAssembly notes which functions of packages only assembly can call.
func writeAssembly(file string, ps []Package) error {
	var archives []string
	for _, p := range ps {
		archives = append(archives, p.Archive)
	}
	only, err := object.AssemblyOnly(archives...)
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(strings.Join(slices.Sorted(maps.Keys(only)), "\n")), 0o644)
}
