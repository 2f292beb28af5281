package native

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/parago/parago/interp/native/object"
)

// A Host is a program that opens plugins, and all that is needed to build some for it.
type Host struct {
	Program string // an interpreter process that can open plugins
	Key     string // tells hosts apart; a plugin is for one of them
	Dir     string

	toolchain *Toolchain
	packages  packages
	standard  []string        // packages of the standard library that cells can import
	hosted    map[string]bool // packages that are in the program
	whole     bool            // all of the standard library is
	linker    *linker         // nil if only the C compiler can link here
	thin      *thinLinker     // nil if plugins must bring along what they use
	lock      *lock           // that the host is in use

	symbols func() (*object.Module, error) // of the program; called when a plugin is linked
	thick   func(path string, why error)   // hears of plugins that cannot be thin; for tests
}

// A manifest is what is noted of a host in its folder.
type manifest struct {
	Packages []Package // archives below the folder
	Standard []string  // packages of the standard library that cells can import
	Hosted   []string  // packages in the program
	Whole    bool      `json:",omitempty"` // all of the standard library is among them
	Linker   *linker   `json:",omitempty"`
	Thin     string    `json:",omitempty"` // ld, if plugins can do with what the program has
	Thick    string    `json:",omitempty"` // or why they cannot
}

const (
	programName  = "parago-host"
	manifestName = "manifest.json"
)

// Prepared returns the host if it has been prepared, in any of the place's folders.
func (t *Toolchain) Prepared(p Place) (*Host, bool) {
	key, err := p.key(t)
	if err != nil {
		return nil, false
	}
	return t.prepared(p, key)
}

func (t *Toolchain) prepared(p Place, key string) (*Host, bool) {
	for _, dir := range p.Dirs {
		if dir, err := filepath.Abs(dir); err == nil {
			if h, err := t.open(filepath.Join(dir, key)); err == nil {
				return h, true
			}
		}
	}
	return nil, false
}

// open reads what lies in a host's folder. It holds the folder's lock first, so that nobody
// removes it meanwhile; where files cannot be locked, nobody can remove it either.
func (t *Toolchain) open(dir string) (*Host, error) {
	file := filepath.Join(dir, manifestName)
	if _, err := os.Stat(file); err != nil {
		return nil, err // tryLock would make it
	}
	l, err := tryLock(file, false)
	if errors.Is(err, errHeld) {
		return nil, fmt.Errorf("%s is about to be removed", dir)
	}
	h, err := t.read(dir)
	if err != nil {
		if l != nil {
			l.release()
		}
		return nil, err
	}
	h.lock = l
	now := time.Now()
	os.Chtimes(dir, now, now) // only when it was used last; another user's folder says nothing
	return h, nil
}

func (t *Toolchain) read(dir string) (*Host, error) {
	data, err := os.ReadFile(filepath.Join(dir, manifestName))
	if err != nil {
		return nil, err
	}
	var m manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fmt.Errorf("understand %s: %w", filepath.Join(dir, manifestName), err)
	}
	h := &Host{
		Program: filepath.Join(dir, programName), Key: filepath.Base(dir), Dir: dir,
		toolchain: t, packages: packages{}, standard: m.Standard, hosted: map[string]bool{}, whole: m.Whole, linker: m.Linker,
	}
	if m.Thin != "" {
		h.thin = &thinLinker{Program: m.Thin, Support: filepath.Join(dir, supportName)}
		h.symbols = sync.OnceValues(func() (*object.Module, error) { return object.OpenIndex(filepath.Join(dir, indexName), h.Program) })
	}
	for _, path := range m.Hosted {
		h.hosted[path] = true
	}
	if _, err := os.Stat(h.Program); err != nil {
		return nil, err
	}
	for _, p := range m.Packages {
		p.Archive = filepath.Join(dir, filepath.FromSlash(p.Archive))
		h.packages[p.Path] = p
	}
	return h, nil
}

// write notes the host in its folder.
func (m manifest) write(dir string) error {
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, manifestName), data, 0o644)
}
