package native

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/parago/parago/interp/agree"
)

// An assembly builds a host. Each step uses what earlier ones have left in its folders.
type assembly struct {
	toolchain *Toolchain
	ctx       context.Context
	source    string // the module's folder
	work      string // for what is not kept
	dir       string // what becomes the host's folder
	tell      *teller

	packages packages        // as the go command has compiled them, in its cache
	runtime  string          // archive of the one for plugins that are not thin
	hosted   map[string]bool // those in the host program
	linker   *linker
	thin     *thinLinker
	thick    error           // why plugins cannot be thin here; the program has all of the standard library then
	standard map[string]bool // packages of the standard library
}

func (a *assembly) run() error {
	a.tell.at("beginning", 0, 0)
	for _, step := range []func() error{a.tryC, a.compile, a.linkHost, a.tryThin, a.tryPlugin, a.keep} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// tryC compiles some C, because a C compiler is often there without the C library's
// headers, and the go command's way to say so does not say what to do.
func (a *assembly) tryC() error {
	file := filepath.Join(a.work, "try.c")
	const text = "#include <stdlib.h>\n#include <pthread.h>\nint parago_try(void) { return 0; }\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return err
	}
	args := append(slices.Clone(a.toolchain.CC[1:]), "-shared", "-fPIC", "-o", filepath.Join(a.work, "try.so"), file, "-lpthread")
	out, err := a.toolchain.command(a.ctx, a.work, a.toolchain.CC[0], args...).CombinedOutput()
	if err != nil && a.ctx.Err() == nil {
		return &Missing{"a C compiler that works", fmt.Sprintf("%s fails: %v\n%s", a.toolchain.CC[0], err, bytes.TrimSpace(out)), installC()}
	}
	return err
}

// compile has the go command compile what the host's program consists of, in one way: as plugins
// need it, but for the runtime. A program can be linked of such packages too, which saves
// compiling them twice. Plugins that are not thin need another runtime. No package can be
// compiled before its runtime is, which takes one processor half as long as all the others take
// two; so both are compiled at once.
func (a *assembly) compile() error {
	ctx, cancel := context.WithCancelCause(a.ctx)
	defer cancel(nil)
	var second sync.WaitGroup
	if a.thick != nil {
		second.Go(func() {
			var err error
			if a.runtime, err = a.toolchain.pluginRuntime(ctx, a.source); err != nil {
				cancel(err)
			}
		})
	}
	roots, err := a.roots()
	if err == nil {
		a.packages, err = a.toolchain.export(ctx, a.source, roots, nil, func(done, of int) { a.tell.at("compiling", done, of) })
	}
	if err != nil {
		cancel(err)
	}
	second.Wait()
	return context.Cause(ctx)
}

// roots are what the program consists of, without what they import. Where plugins can be thin,
// packages that cells use less often are left for later (see Complete).
func (a *assembly) roots() ([]string, error) {
	roots := append([]string{module + "/interp/runner", module + "/interp/runner/plug", "plugin"}, agree.Library()...)
	std, err := a.toolchain.standard(a.ctx, a.source)
	a.standard = map[string]bool{}
	for _, path := range std {
		a.standard[path] = true
	}
	if a.thick != nil {
		roots = append(roots, public(std)...)
	}
	return roots, err
}

// unhosted are packages that programs do not import by accident, and that cells bring along.
var unhosted = []string{"crypto/mlkem/mlkemtest", "runtime/coverage", "runtime/race", "testing/cryptotest", "time/tzdata"}

// linkHost makes the program. It imports all that cells can, so that they find it there.
func (a *assembly) linkHost() error {
	a.tell.at("linking the program that runs compiled cells", 0, 0)
	main := Package{Path: "main", Archive: filepath.Join(a.work, "main.a")}
	for path := range a.packages {
		if path == module+"/interp/runner" || path == module+"/interp/runner/plug" || importable(path) && !slices.Contains(unhosted, path) {
			main.Imports = append(main.Imports, path)
		}
	}
	slices.Sort(main.Imports)
	imports := filepath.Join(a.source, "host", "imports.go")
	if err := os.WriteFile(imports, blankImports(main.Imports), 0o644); err != nil {
		return err
	}
	all, err := a.packages.closure(main.Imports)
	if err != nil {
		return err
	}
	a.hosted = map[string]bool{}
	for _, p := range all {
		a.hosted[p.Path] = true
	}
	if err := a.tools().compile(a.ctx, a.work, main, filepath.Join(a.source, "host", "main.go"), imports); err != nil {
		return err
	}
	return a.linkProgram(main)
}

// blankImports is a file of package main that imports packages for their sake.
func blankImports(paths []string) []byte {
	var b bytes.Buffer
	b.WriteString("package main\n\n")
	for _, path := range paths {
		fmt.Fprintf(&b, "import _ %q\n", path)
	}
	return b.Bytes()
}

func (a *assembly) tools() tools {
	return tools{toolchain: a.toolchain, packages: a.packages, hosted: a.hosted, plugins: map[string]string{}}
}

// settings are what the host goes by where the variable GODEBUG says nothing else: stack traces leave out the labels of
// goroutines, since those of cells bear one that is not the user's.
const settings = "-X=runtime.godebugDefault=tracebacklabels=0"

// linkProgram links the host in the best way that works here.
func (a *assembly) linkProgram(main Package) error {
	program := filepath.Join(a.dir, programName)
	// The packages can be anywhere in memory, as plugins need it, and so can the program.
	// But one at a fixed place starts faster, and shares more memory with its workers.
	fixed := []string{"-extldflags=-no-pie"}
	link := func(main Package, flags ...string) error {
		err := a.tools().link(a.ctx, a.work, program, main, append(flags, settings, "-buildmode=pie", "-linkmode=external")...)
		if err == nil && !a.toolchain.runs(a.ctx, program) {
			err = errors.New("the program that was linked does not run")
		}
		return err
	}
	if a.thick == nil {
		kept, err := a.keepAll(main)
		if err == nil {
			err = link(kept, append(fixed, "-checklinkname=0")...)
		}
		return a.unless(err)
	}
	if link(main, fixed...) == nil {
		return nil
	}
	return link(main)
}

// runs reports whether a host runs: with nothing to try, it ends with 1.
func (t *Toolchain) runs(ctx context.Context, program string) bool {
	err := exec.CommandContext(ctx, program, "try").Run()
	exit := (*exec.ExitError)(nil)
	return errors.As(err, &exit) && exit.ExitCode() == 1
}

// tryPlugin builds a plugin as cells are built where they cannot be thin.
func (a *assembly) tryPlugin() error {
	if a.thick == nil {
		return nil
	}
	tools := a.tools().inFull(a.runtime)
	file := filepath.Join(a.work, "try.go")
	// Package net brings in all C libraries that the standard library uses.
	const text = "package main\n\nimport (\n\t_ \"net\"\n\t\"os\"\n)\n\nfunc init() { os.Exit(0) }\nfunc main()  {}\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return err
	}
	p := Package{Path: "parago/cells/try", Archive: filepath.Join(a.work, "try.a"), Imports: []string{"net", "os"}}
	if err := tools.compile(a.ctx, a.work, p, file); err != nil {
		return err
	}
	if l, err := tools.learn(a.ctx, a.work, p); err == nil {
		plugin := filepath.Join(a.work, "quick.so")
		if l.plugin(a.ctx, tools, a.work, plugin, p) == nil && a.opens(plugin) == nil {
			a.linker = l
			return nil
		}
	}
	plugin := filepath.Join(a.work, "plain.so")
	if err := tools.plugin(a.ctx, a.work, plugin, p); err != nil {
		return err
	}
	return a.opens(plugin)
}

func (a *assembly) opens(plugins ...string) error {
	out, err := exec.CommandContext(a.ctx, filepath.Join(a.dir, programName), append([]string{"try"}, plugins...)...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("open a plugin: %w\n%s", err, out)
	}
	return nil
}

// keep puts what cells are linked with into the host's folder, as the go command's cache
// may be cleaned at any time, and writes the manifest.
func (a *assembly) keep() error {
	var roots []string
	for path := range a.packages {
		switch {
		case importable(path), path == "runtime/cgo", strings.HasPrefix(path, module+"/interp/display"), path == module+"/interp/runner/rt", strings.HasPrefix(path, module+"/procpool"):
			roots = append(roots, path)
		}
	}
	kept, err := a.packages.closure(roots)
	if err != nil {
		return err
	}
	m := manifest{Standard: public(slices.Sorted(maps.Keys(a.standard))), Linker: a.linker, Whole: a.thick != nil}
	if a.thick != nil {
		m.Thick = a.thick.Error()
		if err := keepFile(a.runtime, filepath.Join(a.dir, runtimeName)); err != nil {
			return err
		}
	} else {
		m.Thin = a.thin.Program
	}
	for _, p := range kept {
		name := path.Join("packages", p.Path+".a")
		if err := keepFile(p.Archive, filepath.Join(a.dir, filepath.FromSlash(name))); err != nil {
			return err
		}
		m.Packages = append(m.Packages, Package{Path: p.Path, Archive: name, Imports: p.Imports})
		if a.hosted[p.Path] {
			m.Hosted = append(m.Hosted, p.Path)
		}
	}
	slices.SortFunc(m.Packages, func(a, b Package) int { return strings.Compare(a.Path, b.Path) })
	// Complete and late run the go command here: in no module of somebody else's.
	if err := os.WriteFile(filepath.Join(a.dir, "go.mod"), []byte("module parago\n\ngo "+Language+"\n"), 0o644); err != nil {
		return err
	}
	return m.write(a.dir)
}

// keepFile gives a file that is never changed another name, or copies it.
func keepFile(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	if os.Link(from, to) == nil {
		return nil
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o644)
}
