package native

import (
	"crypto/sha256"
	"embed"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/parago/parago/interp/agree"
	"github.com/parago/parago/interp/native/yaegi"
)

// A Place is where hosts are kept and what they are made of.
type Place struct {
	// Dirs are folders for hosts, of which the first that can be written is used. They
	// need not exist.
	Dirs []string
	// Sources are the packages of this module that an interpreter process needs.
	Sources []Tree
}

// A Tree is the source of a package and of packages below it.
type Tree struct {
	Path  string // import path
	Files fs.FS  // tests may be among them
}

// module is what the sources belong to: import paths are the same in Parago and in its host.
const module = "github.com/parago/parago"

//go:embed program.go.txt
var program []byte

// recipe is how hosts are built: hosts that were built in another way are not used.
//
//go:embed assemble.go builder.go bundle.go export.go linker.go modules.go pack.go runtime.go thin.go tools.go trial.go trial object/*.go
var recipe embed.FS

// key names the host that a toolchain makes of the sources.
func (p Place) key(t *Toolchain) (string, error) {
	h := sha256.New()
	fmt.Fprintf(h, "go %s %s\n", t.Version, t.env["GOROOT"])
	for _, name := range []string{"compile", "link", "asm", "cgo"} {
		stamp(h, t.tool(name))
	}
	for _, name := range buildSettings {
		fmt.Fprintf(h, "%s=%q\n", name, t.env[name])
	}
	fmt.Fprintf(h, "cc %q\n", t.CC)
	if cc, err := exec.LookPath(t.CC[0]); err == nil {
		stamp(h, cc)
	}
	fmt.Fprintf(h, "glue %q\n", agree.Library())
	interpreter := yaegi.Sum()
	h.Write(interpreter[:])
	files, err := p.files(p.Sources)
	if err != nil {
		return "", err
	}
	how, err := treeFiles("recipe", recipe)
	if err != nil {
		return "", err
	}
	for _, f := range append(files, how...) {
		fmt.Fprintf(h, "%s %d\n", f.name, len(f.data))
		h.Write(f.data)
	}
	return fmt.Sprintf("%s-%x", t.Version, h.Sum(nil)[:10]), nil
}

// stamp tells a program from the one that will take its place.
func stamp(h hash.Hash, program string) {
	if info, err := os.Stat(program); err == nil {
		fmt.Fprintf(h, "%s %d %d\n", program, info.Size(), info.ModTime().UnixNano())
	}
}

// A file is one of the sources of a host.
type file struct {
	name string // below the module's folder
	data []byte
}

// files are the host's go.mod and main package, and the files of trees.
func (p Place) files(trees []Tree) ([]file, error) {
	_, version, err := yaegi.Source()
	if err != nil {
		return nil, err
	}
	files := []file{
		{"go.mod", fmt.Appendf(nil, "module %s\n\ngo %s\n\nrequire %s %s\n\nreplace %[3]s => ./yaegi\n",
			module, oldest[2:], yaegi.Module, version)},
		{"host/main.go", program},
	}
	for _, tree := range trees {
		folder, ok := strings.CutPrefix(tree.Path, module+"/")
		if !ok {
			return nil, fmt.Errorf("the host cannot hold %s: not of %s", tree.Path, module)
		}
		more, err := treeFiles(folder, tree.Files)
		if err != nil {
			return nil, fmt.Errorf("read the sources of %s: %w", tree.Path, err)
		}
		files = append(files, more...)
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	return files, nil
}

// treeFiles are the files of a tree but for tests.
func treeFiles(folder string, tree fs.FS) (files []file, err error) {
	err = fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") {
			return err
		}
		data, err := fs.ReadFile(tree, name)
		files = append(files, file{path.Join(folder, name), data})
		return err
	})
	return files, err
}

// write puts the sources into a folder.
func (p Place) write(dir string) error {
	interpreter, _, err := yaegi.Source()
	if err != nil {
		return err
	}
	files, err := p.files(append(slices.Clone(p.Sources), Tree{Path: module + "/yaegi", Files: interpreter}))
	if err != nil {
		return err
	}
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, f.data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// writable is the first of the folders that a host can be built in.
func (p Place) writable() (string, error) {
	failure := fmt.Errorf("no folder is given")
	for _, dir := range p.Dirs {
		if failure = os.MkdirAll(dir, 0o755); failure != nil {
			continue
		}
		var probe *os.File
		if probe, failure = os.CreateTemp(dir, "probe-*"); failure != nil {
			continue
		}
		probe.Close()
		failure = os.Remove(probe.Name())
		return dir, failure
	}
	return "", fmt.Errorf("find a place for the program that runs compiled cells: %w", failure)
}
