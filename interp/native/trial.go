package native

import (
	"context"
	_ "embed" // the plugins that hosts are tried with
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/parago/parago/interp/native/object"
)

//go:embed trial/one.go.txt
var trialOne []byte

//go:embed trial/two.go.txt
var trialTwo []byte

// keepText is a package's variable that points to a symbol. It is made to point to all that
// plugins may look for, as the linker leaves out what nobody needs.
const keepText = "DATA ·keep(SB)/8, $runtime·addmoduledata(SB)\nGLOBL ·keep(SB), 16, $8 // NOPTR\n"

// keepAll makes a main package that keeps all of the packages that cells can import, and
// what goes with thin plugins.
func (a *assembly) keepAll(main Package) (Package, error) {
	if err := a.tools().assemble(a.ctx, a.work, "main", supportText, filepath.Join(a.dir, supportName)); err != nil {
		return Package{}, err
	}
	file := filepath.Join(a.work, "keep.o")
	if err := a.tools().assemble(a.ctx, a.work, "main", keepText, file); err != nil {
		return Package{}, err
	}
	template, err := os.ReadFile(file)
	if err != nil {
		return Package{}, err
	}
	refs := []object.Ref{{Name: "runtime.addmoduledata"}}
	for path := range a.hosted {
		if strings.HasPrefix(path, module+"/interp/runner") && path != module+"/interp/runner/rt" || strings.Contains(path, "/yaegi/") || path == "runtime/cgo" {
			continue // no cell imports it
		}
		defs, err := object.Definitions(a.packages[path].Archive, path)
		if err != nil {
			return Package{}, err
		}
		pushed, err := object.Pushed(a.packages[path].Archive, path, a.standard)
		if err != nil {
			return Package{}, err
		}
		refs = append(append(refs, defs...), pushed...)
	}
	slices.SortFunc(refs, func(a, b object.Ref) int { return strings.Compare(a.Name, b.Name) })
	keep, err := object.Keep(template, refs)
	if err != nil {
		return Package{}, err
	}
	archive, err := os.ReadFile(main.Archive)
	if err != nil {
		return Package{}, err
	}
	main.Archive = filepath.Join(a.work, "kept.a")
	return main, os.WriteFile(main.Archive, object.Append(archive, "keep.o", keep), 0o644)
}

// assemble makes an object file of a package's text in the assembler's language.
func (t tools) assemble(ctx context.Context, dir, path, text, object string) error {
	file := filepath.Join(dir, "text.s")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return err
	}
	out, err := t.run(ctx, dir, "asm", "-p", path, "-dynlink", "-trimpath", dir+"=>", "-o", object, "text.s")
	if err != nil {
		return fmt.Errorf("assemble: %w\n%s", err, out)
	}
	return nil
}

// A thickError is why plugins cannot be thin here. All of the standard library has to be in the
// program then, as each plugin would bring along a package of its own.
type thickError struct{ error }

// unless makes a thickError of what has gone wrong, if it is not that the work was to end.
func (a *assembly) unless(err error) error {
	if err == nil || a.ctx.Err() != nil {
		return err
	}
	return thickError{err}
}

// tryThin sees whether plugins can be thin here.
func (a *assembly) tryThin() error {
	if a.thick != nil {
		return nil
	}
	ld, err := a.toolchain.ld(a.ctx)
	if err != nil {
		return a.unless(err)
	}
	a.thin = &thinLinker{Program: ld, Support: filepath.Join(a.dir, supportName)}
	return a.unless(a.tryThinPlugins())
}

func (a *assembly) tryThinPlugins() error {
	program, index := filepath.Join(a.dir, programName), filepath.Join(a.dir, indexName)
	var archives []string
	for path := range a.hosted {
		archives = append(archives, a.packages[path].Archive)
	}
	assemblyOnly, err := object.AssemblyOnly(archives...)
	if err != nil {
		return err
	}
	if err := object.WriteIndex(index, program, assemblyOnly); err != nil {
		return err
	}
	host, err := object.OpenIndex(index, program)
	if err != nil {
		return err
	}
	defer host.Close()
	tools := a.tools()
	tools.packages = packages{}
	for path, p := range a.packages {
		tools.packages[path] = p
	}
	var plugins []string
	for _, trial := range []struct {
		name    string
		text    []byte
		imports []string
	}{
		{"one", trialOne, []string{"errors", "fmt", "net/url", "strings", "sync"}},
		{"two", trialTwo, []string{"encoding/json", "errors", "fmt", "os", "slices", "strings", module + "/procpool", "parago/cells/try/one"}},
	} {
		work, plugin := filepath.Join(a.work, trial.name), filepath.Join(a.work, trial.name+".so")
		if err := os.Mkdir(work, 0o755); err != nil {
			return err
		}
		archive := filepath.Join(a.work, trial.name+".a")
		p, err := tools.compileCell(a.ctx, work, archive, Source{Path: "parago/cells/try/" + trial.name, Text: trial.text, Imports: trial.imports})
		if err != nil {
			return err
		}
		if err := a.thin.plugin(a.ctx, tools, host, work, plugin, p); err != nil {
			return err
		}
		p.Archive = archive
		tools.packages[p.Path], tools.plugins[p.Path] = p, plugin
		plugins = append(plugins, plugin)
	}
	return a.opens(plugins...)
}
