package native

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Packages of the standard library that are not in the host's program are compiled when a cell
// first imports them, or before that by Complete, and opened as plugins, as modules' packages are.

const (
	lateName     = "late.json" // the packages, when all are compiled
	lateLockName = "late.lock" // of who compiles them
)

// Complete compiles the packages of the standard library that the program has not, and keeps
// them in the host's folder. It is for the time after the first cell: it leaves the
// processors to others. What it has compiled when ctx ends is not compiled again.
func (h *Host) Complete(ctx context.Context, tell func(Progress)) error {
	if h.whole || h.completed() {
		return nil
	}
	l, err := lockAlone(ctx, filepath.Join(h.Dir, lateLockName), func() {})
	if err != nil {
		return err
	}
	defer l.release()
	if h.completed() {
		return nil
	}
	std, err := h.toolchain.standard(ctx, h.Dir)
	if err != nil {
		return err
	}
	var other []string
	if nice, err := exec.LookPath("nice"); err == nil && tell == nil {
		other = []string{nice, "-n", "10"}
	}
	paths := slices.DeleteFunc(public(std), func(path string) bool { return h.hosted[path] || slices.Contains(unhosted, path) })
	all, err := h.export(ctx, paths, other, told(tell, ""))
	if err != nil {
		return err
	}
	if _, err := h.runtime(ctx); err != nil {
		return err
	}
	return h.keepLate(all)
}

func (h *Host) completed() bool {
	_, err := os.Stat(filepath.Join(h.Dir, lateName))
	return err == nil
}

// export compiles packages, of which those that the program has are left out of the result.
func (h *Host) export(ctx context.Context, paths, other []string, t *teller) (packages, error) {
	all, err := h.toolchain.export(ctx, h.Dir, paths, other, func(done, of int) { t.at("compiling more of the standard library", done, of) })
	if err != nil {
		return nil, err
	}
	for path := range h.hosted {
		delete(all, path)
	}
	return all, nil
}

// keepLate puts packages into the host's folder, and then the list of them.
func (h *Host) keepLate(all packages) error {
	var list []Package
	for _, p := range all {
		name := lateArchive(p.Path)
		if err := keepFile(p.Archive, filepath.Join(h.Dir, filepath.FromSlash(name))); err != nil {
			return err
		}
		list = append(list, Package{Path: p.Path, Archive: name, Imports: p.Imports})
	}
	slices.SortFunc(list, func(a, b Package) int { return strings.Compare(a.Path, b.Path) })
	data, err := json.Marshal(list)
	if err != nil {
		return err
	}
	file := filepath.Join(h.Dir, lateName)
	return errors.Join(os.WriteFile(file+".new", data, 0o644), os.Rename(file+".new", file))
}

// lateArchive is where such a package is kept, below the host's folder.
func lateArchive(importPath string) string { return path.Join("late", importPath+".a") }

// late returns packages of the standard library that the program has not, and those among
// what they import. It compiles them first unless that has been done.
func (h *Host) late(ctx context.Context, paths []string, tell func(Progress)) (packages, error) {
	data, err := os.ReadFile(filepath.Join(h.Dir, lateName))
	if err != nil {
		return h.export(ctx, paths, nil, told(tell, ""))
	}
	var list []Package
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, err
	}
	all := packages{}
	for _, p := range list {
		p.Archive = filepath.Join(h.Dir, filepath.FromSlash(p.Archive))
		all[p.Path] = p
	}
	if slices.ContainsFunc(paths, func(path string) bool { _, ok := all[path]; return !ok }) {
		return h.export(ctx, paths, nil, told(tell, "")) // they are seldom wanted
	}
	return all, nil
}

// admit adds packages of the standard library that a source needs and that nobody has asked for
// before. A package that is known stays what it is: no process can have it twice.
func (b *Builder) admit(ctx context.Context, s Source, modules packages) error {
	for before := 0; ; {
		missing := b.missing(s.Imports, modules)
		if len(missing) == 0 || len(missing) == before {
			return nil // what is missing all the same, the compiler will name
		}
		before = len(missing)
		more, err := b.host.late(ctx, missing, s.Progress)
		if err != nil {
			return err
		}
		b.mu.Lock()
		for path, p := range more {
			if _, ok := b.late[path]; !ok {
				b.late[path] = p
			}
		}
		b.mu.Unlock()
	}
}

// missing are packages of the standard library among those of paths and what they import that
// are not known.
func (b *Builder) missing(paths []string, modules packages) (missing []string) {
	if b.host.whole {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	seen := map[string]bool{"unsafe": true, "C": true}
	for todo := slices.Clone(paths); len(todo) > 0; {
		path := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[path] || b.host.hosted[path] {
			continue
		}
		seen[path] = true
		p, ok := b.packages[path]
		for _, more := range []packages{b.late, modules} {
			if !ok {
				p, ok = more[path]
			}
		}
		if !ok && importable(path) {
			missing = append(missing, path)
		}
		todo = append(todo, p.Imports...)
	}
	return missing
}
