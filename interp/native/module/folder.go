package module

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/parago/parago/interp/native"
)

// A Folder is the modules of a session, and their packages as far as cells have asked for
// them. Load, Get, Replace and Drop run the go command, one at a time; all other methods
// return at once, and all may be called from any goroutine.
type Folder struct {
	host    *native.Host
	sources []native.Tree // of what cells get from the host

	busy  sync.Mutex        // held while the go command runs; guards the next ones
	told  map[string]string // what folders that have changed look like
	count int               // of the go.mod files that there were
	where *around           // nil until it is needed

	mu       sync.Mutex // guards the rest
	dir      string     // where the session runs
	env      []string
	temp     *native.Temporary // the folder; nil until it is needed
	current  *step             // nil as long as there is no go.mod
	packages map[string]pack   // compiled, by path
	failed   map[string]error
	roots    map[string]bool   // packages that cells have asked for
	used     map[string]bool   // packages that cells have been compiled with
	names    map[string]string // of the modules' packages, by path; never changed, only replaced
	named    map[string]string // modules whose packages are in names, with their versions
	closed   bool
}

// New returns a Folder for a session whose cells run in a host. The sources are those of
// Parago's packages that modules may import.
func New(h *native.Host, sources []native.Tree) *Folder {
	f := &Folder{host: h, sources: sources, told: map[string]string{}, failed: map[string]error{}, names: map[string]string{}, named: map[string]string{}}
	f.Begin("", nil)
	return f
}

// Begin says that a new process begins, in which no package is loaded: where it runs, "" for
// this process's directory, and what its environment has besides this process's. The
// modules stay.
func (f *Folder) Begin(dir string, env []string) {
	if dir == "" {
		dir = "."
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.dir, f.env = dir, slices.Clone(env)
	f.packages, f.roots, f.used = map[string]pack{}, map[string]bool{}, map[string]bool{}
}

// Reset forgets go.mod, and what is known by it. No cell may be compiled before the next Begin.
func (f *Folder) Reset() {
	f.busy.Lock()
	defer f.busy.Unlock()
	f.where = nil
	f.mu.Lock()
	defer f.mu.Unlock()
	f.current = nil
	f.failed, f.names, f.named = map[string]error{}, map[string]string{}, map[string]string{}
}

// Close removes the folder.
func (f *Folder) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	if f.temp == nil {
		return nil
	}
	return f.temp.Remove()
}

// Setenv sets a variable for the go command.
func (f *Folder) Setenv(name, value string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.env = append(f.env, name+"="+value)
}

// Export opens what the compiler has made of a package.
func (f *Folder) Export(path string) (io.ReadCloser, error) {
	f.mu.Lock()
	p, ok := f.packages[path]
	err := f.failed[path]
	f.mu.Unlock()
	switch {
	case ok && (p.local() || !internal(path)):
		return os.Open(p.Archive)
	case err != nil:
		return nil, err
	}
	return nil, fs.ErrNotExist
}

// Names are the names of the packages of the modules that the session has asked for, by path.
func (f *Folder) Names() map[string]string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.names
}

// Edition tells what has become of a package from what becomes of it when it, or anything that
// it imports, is changed. It is "" for packages that are not the modules'.
func (f *Folder) Edition(path string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.packages[path].edition
}

// Use says that cells have been compiled with packages, which from now on stay as they are.
func (f *Folder) Use(paths []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, path := range paths {
		f.use(path)
	}
}

func (f *Folder) use(path string) {
	p, ok := f.packages[path]
	if !ok || f.used[path] {
		return
	}
	f.used[path] = true
	for _, imported := range p.Imports {
		f.use(imported)
	}
}

// Packages are those that a cell may be linked with, with all that they import.
func (f *Folder) Packages(ctx context.Context) ([]native.Package, error) {
	all := f.compiled()
	if !slices.ContainsFunc(all, gone) {
		return all, nil
	}
	if err := f.again(ctx); err != nil { // the go command's cache has been cleaned
		return nil, err
	}
	if all = f.compiled(); slices.ContainsFunc(all, gone) {
		return nil, errors.New("the compiled packages of this session's modules are gone from the go command's cache")
	}
	return all, nil
}

func (f *Folder) compiled() (all []native.Package) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, p := range f.packages {
		all = append(all, p.Package)
	}
	return all
}

func gone(p native.Package) bool {
	_, err := os.Stat(p.Archive)
	return err != nil
}

// File is the text of go.mod, "" if there is none yet.
func (f *Folder) File() (string, error) {
	s := f.now()
	if s == nil {
		return "", nil
	}
	text, err := os.ReadFile(s.file(goMod))
	shown := strings.NewReplacer(moduleLine, "module notebook\n\n", "\n"+itself, "").Replace(string(text))
	return shown, err
}

func (f *Folder) now() *step {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.current
}

func (f *Folder) environ() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.env)
}

// internal reports whether only packages near it may import a package.
func internal(path string) bool { return strings.Contains("/"+path+"/", "/internal/") }

// within reports whether a package's path is a module's, or below it.
func within(path, module string) bool {
	return path == module || strings.HasPrefix(path, module+"/")
}
