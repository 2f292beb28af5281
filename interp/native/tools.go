package native

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
)

// tools are the compiler and the linker, and the packages that they find.
type tools struct {
	toolchain *Toolchain
	packages  packages
	hosted    map[string]bool    // packages that are in the host program
	plugins   map[string]string  // files of packages that are plugins
	bundles   map[string]*bundle // of those files
}

// compile makes p.Archive of files, all in one folder. The folder dir is for what the
// compiler reads.
//
// The package may be called main, for the names of its types, and still be imported by
// others: what counts is the path.
func (t tools) compile(ctx context.Context, dir string, p Package, files ...string) error {
	var imports []Package
	for _, path := range p.Imports {
		if path == "unsafe" {
			continue
		}
		imported, ok := t.packages[path]
		if !ok {
			return fmt.Errorf("no compiled package %s", path)
		}
		imports = append(imports, imported)
	}
	list := filepath.Join(dir, "compile.cfg")
	if err := os.WriteFile(list, config(imports), 0o644); err != nil {
		return err
	}
	source := filepath.Dir(files[0])
	args := append([]string{"-o", p.Archive, "-p", p.Path, "-importcfg", list, "-trimpath", source + "=>", "-dynlink", "-complete", "-pack",
		"-c", strconv.Itoa(min(4, runtime.GOMAXPROCS(0)))}, compilerFlags()...)
	for _, file := range files {
		args = append(args, filepath.Base(file))
	}
	out, err := t.run(ctx, source, "compile", args...)
	if err != nil {
		return compileError(out, err)
	}
	return nil
}

// compilerFlags are those that all packages are compiled with, cells' and the host's.
//
// The compiler must not make the initial values of large maps something that the linker may
// leave out where nobody uses the map: a package is initialised once, and a plugin that is
// opened later may use it.
func compilerFlags() []string {
	return append(assemblerFlags(), "-dwarf=false", "-d=wrapglobalmapctl=1")
}

// assemblerFlags are those of the assembler, and of the compiler too.
func assemblerFlags() []string {
	if thinArch() {
		return []string{linkShared}
	}
	return nil
}

// linkShared has the compiler and the assembler refer to all symbols of other packages by
// name, also to those of the runtime's that they have numbers for: another module may
// have them.
const linkShared = "-linkshared"

// link makes a program or plugin of p and all that it imports.
func (t tools) link(ctx context.Context, dir, file string, p Package, flags ...string) error {
	_, err := t.linkOutput(ctx, dir, file, p, flags...)
	return err
}

func (t tools) linkOutput(ctx context.Context, dir, file string, p Package, flags ...string) ([]byte, error) {
	all, err := t.packages.closure(append([]string{"runtime", "runtime/cgo"}, p.Imports...))
	if err != nil {
		return nil, err
	}
	return t.runLinker(ctx, dir, file, p, config(all), flags...)
}

// runLinker links p with what the configuration says, and returns what the linker says.
func (t tools) runLinker(ctx context.Context, dir, file string, p Package, config []byte, flags ...string) ([]byte, error) {
	list := filepath.Join(dir, "link.cfg")
	if err := os.WriteFile(list, config, 0o644); err != nil {
		return nil, err
	}
	args := append([]string{"-o", file, "-importcfg", list, "-installsuffix", "dynlink", "-s", "-w", "-buildid="}, flags...)
	out, err := t.run(ctx, dir, "link", append(args, p.Archive)...)
	if err != nil {
		return nil, fmt.Errorf("link %s: %w\n%s", p.Path, err, bytes.TrimSpace(out))
	}
	return out, nil
}

// plugin links a plugin with the C compiler, as the go command would.
func (t tools) plugin(ctx context.Context, dir, file string, p Package) error {
	return t.link(ctx, dir, file, p, pluginFlags(p)...)
}

func pluginFlags(p Package) []string { return []string{"-buildmode=plugin", "-pluginpath=" + p.Path} }

// run runs a tool. Such short runs end before there is garbage worth collecting.
func (t tools) run(ctx context.Context, dir, tool string, args ...string) ([]byte, error) {
	cmd := t.toolchain.command(ctx, dir, t.toolchain.tool(tool), args...)
	cmd.Env = append(cmd.Env, "GOGC=off", "GOMEMLIMIT=1GiB")
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return out, err
}
