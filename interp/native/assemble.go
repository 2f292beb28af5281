package native

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// An assembly builds a host. Each step uses what earlier ones have left in its folders.
type assembly struct {
	toolchain *Toolchain
	ctx       context.Context
	source    string // the module's folder
	work      string // for what is not kept
	dir       string // what becomes the host's folder
	progress  func(string)

	packages packages        // as the go command has compiled them, in its cache
	hosted   map[string]bool // those in the host program
	linker   *linker
	thin     *thinLinker
}

func (a *assembly) run() error {
	for _, step := range []func() error{a.tryC, a.compile, a.linkHost, a.tryPlugin, a.tryThin, a.keep} {
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

// compile has the go command compile the host's packages and all of the standard library
// that cells can import, in one way: as plugins need it. A program can be linked of such
// packages too, which saves compiling them twice.
func (a *assembly) compile() error {
	t := a.toolchain
	a.progress("preparing to compile cells with " + t.Version + ", once for this Go: about a minute …")
	std, err := t.command(a.ctx, a.source, t.Go, "list", "std").Output()
	if err != nil {
		return fmt.Errorf("list the standard library: %w%s", err, said(err))
	}
	args := []string{"list", "-x", "-export", "-deps", "-json=ImportPath,Export,Imports,ImportMap,Error"}
	args = append(append(args, BuildFlags()...), module+"/interp/runner", module+"/interp/runner/plug")
	cmd := t.command(a.ctx, a.source, t.Go, append(args, public(string(std))...)...)
	cmd.Env = append(cmd.Env, "GOGC=400") // the compiler's: a tenth less time for some memory
	var out bytes.Buffer
	cmd.Stdout = &out
	steps, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	failures := a.follow(steps)
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("compile the standard library: %w\n%s", err, failures)
	}
	a.packages, err = listed(&out)
	return err
}

// public are the packages that cells can import.
func public(list string) []string {
	return slices.DeleteFunc(strings.Fields(list), func(p string) bool {
		return strings.HasPrefix(p, "vendor/") || strings.Contains("/"+p+"/", "/internal/")
	})
}

// follow reads the commands that the go command says it runs, tells how far it is, and
// returns the lines that are none.
func (a *assembly) follow(r io.Reader) (rest string) {
	const step = 50
	compiled := 0
	var other []string
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		switch {
		case strings.Contains(line, "/compile -o "):
			if compiled++; compiled%step == 0 {
				a.progress(fmt.Sprintf("compiled %d packages …", compiled))
			}
		case strings.HasPrefix(line, "# ") || strings.Contains(line, "error") || strings.Contains(line, ".go:"):
			other = append(other, line)
		}
	}
	io.Copy(io.Discard, r) // a line too long ends the scan, but must not stop the command
	return strings.Join(other[max(0, len(other)-40):], "\n")
}

// listed reads what `go list -json` has written.
func listed(r io.Reader) (packages, error) {
	found := packages{}
	for d := json.NewDecoder(r); ; {
		var p struct {
			ImportPath, Export string
			Imports            []string
			ImportMap          map[string]string
			Error              *struct{ Err string }
		}
		if err := d.Decode(&p); err == io.EOF {
			return found, nil
		} else if err != nil {
			return nil, fmt.Errorf("understand the list of packages: %w", err)
		}
		if p.Error != nil {
			return nil, fmt.Errorf("compile %s: %s", p.ImportPath, p.Error.Err)
		}
		if p.Export == "" {
			continue // unsafe
		}
		for i, path := range p.Imports {
			if to, ok := p.ImportMap[path]; ok {
				p.Imports[i] = to
			}
		}
		found[p.ImportPath] = Package{Path: p.ImportPath, Archive: p.Export, Imports: p.Imports}
	}
}

// unhosted are packages that programs do not import by accident, and that cells bring along.
var unhosted = []string{"crypto/mlkem/mlkemtest", "runtime/coverage", "runtime/race", "testing/cryptotest", "time/tzdata"}

// linkHost makes the program. It imports all that cells can, so that they find it there.
func (a *assembly) linkHost() error {
	a.progress("linking the program that runs compiled cells …")
	main := Package{Path: "main", Archive: filepath.Join(a.work, "main.a")}
	for path := range a.packages {
		if path == module+"/interp/runner" || path == module+"/interp/runner/plug" || a.importable(path) && !slices.Contains(unhosted, path) {
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

// importable reports whether cells can import a package of the standard library.
func (a *assembly) importable(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".") && path != "runtime/cgo" && len(public(path)) > 0
}

// linkProgram links the host in the best way that works here.
func (a *assembly) linkProgram(main Package) error {
	program := filepath.Join(a.dir, programName)
	own, err := a.ownRuntime()
	if err != nil {
		return err
	}
	tools := a.tools()
	tools.packages = own
	ways := [][]string{
		// The packages can be anywhere in memory, as plugins need it, and so can the program.
		// But one at a fixed place starts faster, and shares more memory with its workers.
		{"-extldflags=-no-pie"},
		nil,
	}
	if kept, err := a.keepAll(main); err == nil {
		err := tools.link(a.ctx, a.work, program, kept, append(ways[0], "-buildmode=pie", "-linkmode=external", "-checklinkname=0")...)
		if err == nil && a.toolchain.runs(a.ctx, program) {
			a.thin = &thinLinker{Support: filepath.Join(a.dir, supportName)}
			return nil
		}
	}
	for _, flags := range ways {
		err := tools.link(a.ctx, a.work, program, main, append(flags, "-buildmode=pie", "-linkmode=external")...)
		if err == nil && a.toolchain.runs(a.ctx, program) {
			return nil
		}
		if flags == nil {
			return errors.Join(err, fmt.Errorf("the program that was linked does not run"))
		}
	}
	return nil
}

// ownRuntime are the packages with a runtime that is compiled as programs need it. Compiled
// as plugins need it, the runtime of a program does not know where the frames of functions
// of reflect.MakeFunc have pointers: the linker takes the address of a mask, which
// runtime.stkobjinit asks for by way of the table of addresses, for that of something else.
// The garbage collector then frees what is in use, or ends the process.
func (a *assembly) ownRuntime() (packages, error) {
	t := a.toolchain
	args := append(append([]string{"list", "-export", "-f", "{{.Export}}"}, BuildFlags()...), "-buildmode=pie", "runtime")
	out, err := t.command(a.ctx, a.source, t.Go, args...).Output()
	if err != nil {
		return nil, fmt.Errorf("compile the host's runtime: %w%s", err, said(err))
	}
	own := maps.Clone(a.packages)
	p := own["runtime"]
	p.Archive = strings.TrimSpace(string(out))
	own["runtime"] = p
	return own, nil
}

// runs reports whether a host runs: with nothing to try, it ends with 1.
func (t *Toolchain) runs(ctx context.Context, program string) bool {
	err := exec.CommandContext(ctx, program, "try").Run()
	exit := (*exec.ExitError)(nil)
	return errors.As(err, &exit) && exit.ExitCode() == 1
}

// tryPlugin builds a plugin as cells are built where nothing better works.
func (a *assembly) tryPlugin() error {
	file := filepath.Join(a.work, "try.go")
	// Package net brings in all C libraries that the standard library uses.
	const text = "package main\n\nimport (\n\t_ \"net\"\n\t\"os\"\n)\n\nfunc init() { os.Exit(0) }\nfunc main()  {}\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return err
	}
	p := Package{Path: "parago/cells/try", Archive: filepath.Join(a.work, "try.a"), Imports: []string{"net", "os"}}
	if err := a.tools().compile(a.ctx, a.work, p, file); err != nil {
		return err
	}
	if l, err := a.tools().learn(a.ctx, a.work, p); err == nil {
		plugin := filepath.Join(a.work, "quick.so")
		if l.plugin(a.ctx, a.tools(), a.work, plugin, p) == nil && a.opens(plugin) == nil {
			a.linker = l
			return nil
		}
	}
	plugin := filepath.Join(a.work, "plain.so")
	if err := a.tools().plugin(a.ctx, a.work, plugin, p); err != nil {
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
		case a.importable(path), path == "runtime/cgo", path == module+"/interp/display", path == module+"/interp/runner/rt", strings.HasPrefix(path, module+"/procpool"):
			roots = append(roots, path)
		}
	}
	kept, err := a.packages.closure(roots)
	if err != nil {
		return err
	}
	m := manifest{Linker: a.linker}
	if a.thin != nil {
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
