package native

import (
	"bytes"
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/parago/parago/interp/native/object"
)

// A thinLinker links plugins that hold their own packages and nothing else.
//
// The Go linker puts into a plugin all that its packages use, down to the runtime, though
// the program that opens it has all of that too, and its copy is the one that counts. That
// is most of the work, and megabytes of memory in each process that opens a plugin. For
// programs, the linker can leave out what a Go shared library has. So it is told that
// there is one with the host's packages in it, and shown a library that has only names. The
// plugin then looks for these when it is opened, and finds them in the host.
//
// The linker does not expect plugins to be linked so, and some corners are cut here:
//
//   - It wants to see runtime.addmoduledata, which tells the runtime of a plugin, among the
//     plugin's functions. There is one that jumps to the host's, in an object file of
//     support, and goes by another name outside of the linker.
//   - It lists the plugin's exports by offsets to their types, which may be in the host. The
//     list is for plugin.Lookup, which nobody calls, and is left out (see compileCell).
//   - It has the runtime compare a hash of the library, which must be empty then.
//   - Functions in shared libraries have their ABI in their names, in programs they do not.
//
// Whether all this works is tried when a host is prepared, and where it does not, or a
// plugin is out of the ordinary, plugins are linked as usual.
type thinLinker struct {
	Program string // ld
	Support string // an object file in the host's folder
}

const (
	supportName = "support.o"
	indexName   = "symbols"
	libraryName = "libhost.so"
)

// thinArch reports whether the tricks are known for this machine.
func thinArch() bool { return runtime.GOOS == "linux" && runtime.GOARCH == "amd64" }

// supportText is what is linked into each plugin. Its name for the host's function is that
// of one that the linker takes for used in any case.
const supportText = `
TEXT runtime·addmoduledata(SB), 516, $0-0 // NOSPLIT, NOFRAME
	JMP	runtime·unreachableMethod(SB)
`

// renamed are symbols of a plugin that go by another name outside of the Go linker. All are
// to be found in the host, but for the first.
func renamed() map[string]string {
	return map[string]string{
		"runtime.addmoduledata":          "plugin.addmoduledata",
		"runtime.unreachableMethod.abi0": "runtime.addmoduledata.abi0",
		"go:link.abihash." + libraryName: "runtime.zeroVal",
	}
}

// plugin links a plugin for a host.
func (l *thinLinker) plugin(ctx context.Context, t tools, host *object.Module, dir, file string, p Package) error {
	objects, err := os.MkdirTemp(dir, "thin-*")
	if err != nil {
		return err
	}
	archive, err := os.ReadFile(p.Archive)
	if err != nil {
		return err
	}
	support, err := os.ReadFile(l.Support)
	if err != nil {
		return err
	}
	modules, own, err := t.modules(host, p.Imports)
	if err != nil {
		return err
	}
	defer modules.close()
	library, config, err := l.library(t, modules, own, objects, p)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(objects, libraryName), library, 0o644); err != nil {
		return err
	}
	p.Archive = filepath.Join(objects, "plugin.a")
	if err := os.WriteFile(p.Archive, object.Append(archive, "support.o", support), 0o644); err != nil {
		return err
	}
	if err := l.run(ctx, t, objects, file, p, config); err != nil {
		return err
	}
	// The Go linker takes it that plugins find what it does not see itself.
	missing, err := object.Missing(file, modules.all...)
	if err == nil && len(missing) > 0 {
		err = fmt.Errorf("link %s: nobody has %s", p.Path, strings.Join(missing, ", "))
	}
	return err
}

// library is what the Go linker is shown of the host and of the plugins that p imports, and
// what it is told about where packages are, those that become part of p among them.
func (l *thinLinker) library(t tools, modules modules, own []Package, dir string, p Package) (library, config []byte, err error) {
	refs, paths, err := object.References(p.Archive)
	if err != nil {
		return nil, nil, err
	}
	var list bytes.Buffer
	for _, imported := range own {
		more, itsPaths, err := object.References(imported.Archive)
		if err != nil {
			return nil, nil, err
		}
		refs, paths = append(refs, more...), append(paths, itsPaths...)
		fmt.Fprintf(&list, "packagefile %s=%s\n", imported.Path, imported.Archive)
	}
	for _, path := range append(paths, "runtime") {
		if _, isPlugin := t.plugins[path]; isPlugin || t.hosted[path] {
			fmt.Fprintf(&list, "packageshlib %s=%s\n", path, filepath.Join(dir, libraryName))
		}
	}
	lib := object.NewLibrary(refs, modules.all...)
	for _, r := range []object.Ref{{Name: "runtime.unreachableMethod", ABI: object.ABIInternal}, {Name: "runtime.mapinitnoop", ABI: object.ABIInternal}, {Name: "runtime.lastmoduledatap"}} {
		if !lib.Add(r) {
			return nil, nil, fmt.Errorf("the host lacks %s", r.Name)
		}
	}
	if err := lib.TypeSize("type:runtime.moduledata", "runtime.firstmoduledata"); err != nil {
		return nil, nil, err
	}
	lib.Invent("runtime.unreachableMethod.abi0", elf.STT_FUNC, nil)
	lib.Invent("go:link.abihash."+libraryName, elf.STT_OBJECT, make([]byte, 16))
	return lib.Bytes(), list.Bytes(), nil
}

// modules are the host and the plugins that packages are in, of those that are imported, and
// the other packages, which become part of what is linked.
func (t tools) modules(host *object.Module, imports []string) (found modules, own []Package, err error) {
	packages, err := t.packages.closure(imports)
	if err != nil {
		return modules{}, nil, err
	}
	found.all = []*object.Module{host}
	opened := map[string]bool{}
	for _, p := range packages {
		switch file, isPlugin := t.plugins[p.Path]; {
		case t.hosted[p.Path], opened[file], p.Path == "runtime/cgo": // which is in the host too
		case isPlugin:
			opened[file] = true
			if err := found.open(file, t.bundles[file]); err != nil {
				found.close()
				return modules{}, nil, err
			}
		default:
			own = append(own, p)
		}
	}
	return found, own, nil
}

// modules are a host and plugins.
type modules struct {
	all    []*object.Module
	opened []*object.Module // of all: those that are nobody else's
}

// open adds a plugin, which may be a bundle.
func (ms *modules) open(file string, b *bundle) error {
	if b != nil {
		m, err := b.module()
		if err == nil {
			ms.all = append(ms.all, m)
		}
		return err
	}
	m, err := openPlugin(file)
	if err == nil {
		ms.all, ms.opened = append(ms.all, m), append(ms.opened, m)
	}
	return err
}

// close closes the plugins that were opened for these modules.
func (ms modules) close() {
	for _, m := range ms.opened {
		m.Close()
	}
}

func (ms modules) has(r object.Ref) bool {
	return slices.ContainsFunc(ms.all, func(m *object.Module) bool { return m.Has(r) })
}

// assemblyName is a file beside a plugin with its functions that only assembly can call, a
// name a line. A cell has none.
const assemblyName = "assembly"

func openPlugin(file string) (*object.Module, error) {
	names, err := os.ReadFile(filepath.Join(filepath.Dir(file), assemblyName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	only := map[string]bool{}
	for name := range strings.FieldsSeq(string(names)) {
		only[name] = true
	}
	return object.OpenPlugin(file, only)
}

// thinFlags are the C compiler's linker's for a thin plugin. It has two parts in memory and no
// more, one to execute and one to write, as a process may have some ten thousand, and a
// session has a plugin a cell.
func thinFlags() []string {
	return []string{"-shared", "-s", "-z", "now", "-z", "norelro", "-z", "noseparate-code", "-z", "nocopyreloc", "--hash-style=gnu"}
}

// run runs the Go linker and the other one.
func (l *thinLinker) run(ctx context.Context, t tools, objects, file string, p Package, config []byte) error {
	yes, err := exec.LookPath("true")
	if err != nil {
		return err
	}
	out, err := t.runLinker(ctx, objects, file, p, config, append(pluginFlags(p), "-linkshared", "-v", "-tmpdir="+objects, "-extld="+yes)...)
	if err != nil {
		return err
	}
	command, err := hostLink(string(out))
	if err != nil {
		return err
	}
	for _, arg := range flags(command[1:], objects) {
		if strings.HasPrefix(arg, "-l") && arg != "-lhost" {
			return errors.New("the plugin needs C libraries")
		}
	}
	goObject := filepath.Join(objects, "go.o")
	if others, err := filepath.Glob(filepath.Join(objects, "0*.o")); err != nil || len(others) > 0 {
		return errors.New("the plugin has C in it")
	}
	if err := object.Rename(goObject, renamed(), object.InternalSuffix); err != nil {
		return err
	}
	if err := showAsMain(goObject, p.Path); err != nil {
		return err
	}
	out, err = exec.CommandContext(ctx, l.Program, append(thinFlags(), "-o", file, goObject)...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("link %s: %s: %w\n%s", p.Path, l.Program, err, out)
	}
	return nil
}
