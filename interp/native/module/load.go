package module

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"
)

// patience is how long the go command may work before the user is told that it does.
const patience = 3 * time.Second

// Load makes packages ready to be imported, with all that they import. Paths that are none
// of a module's are left out. What stands in the way of a package, Export says; the error is
// that of ctx. The packages that are returned are not what they were before.
func (f *Folder) Load(ctx context.Context, paths []string, tell func(line string)) (changed []string, err error) {
	f.busy.Lock()
	defer f.busy.Unlock()
	want := f.wanted(ctx, paths, tell)
	if len(want) == 0 {
		return nil, ctx.Err()
	}
	defer slowly(tell, "the go command fetches and compiles "+strings.Join(want, ", ")+" …")()
	changed, err = f.load(ctx, want, tell)
	if err != nil {
		f.fail(want, err)
	}
	return changed, ctx.Err()
}

func (f *Folder) load(ctx context.Context, want []string, tell func(string)) ([]string, error) {
	s, err := f.next(ctx)
	if err != nil {
		return nil, err
	}
	defer s.discard()
	note, err := s.prefer(ctx, want)
	if err != nil {
		return nil, err
	}
	l, offline, err := s.listWithout(ctx, append(f.unusedRoots(), want...))
	if err != nil {
		return nil, err
	}
	after, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	modules := l.modules(want)
	if len(modules) == 0 { // then nothing is kept of the attempt
		f.mu.Lock()
		defer f.mu.Unlock()
		maps.Copy(f.failed, l.failed)
		return nil, nil
	}
	if line := news(s.before, after, modules); line != "" {
		tell(line + note + offline)
	}
	return f.take(ctx, s, l, want), nil
}

// listWithout finds and compiles packages without a conflict with those that cells use. That is
// looked for before anything is compiled, which may take long, and again after, as
// folders may have changed.
func (s *step) listWithout(ctx context.Context, paths []string) (l *listing, note string, err error) {
	if s.folder.usesAny() {
		if l, note, err = s.listAnyhow(ctx, find, paths); err != nil {
			return nil, "", err
		}
		if err := s.folder.conflict(ctx, s, l); err != nil {
			return nil, "", err
		}
	}
	l, again, err := s.listAnyhow(ctx, compile, paths)
	if err != nil {
		return nil, "", err
	}
	return l, cmp.Or(note, again), s.folder.conflict(ctx, s, l)
}

// wanted are those of packages that are to be compiled, for the first time or anew.
func (f *Folder) wanted(ctx context.Context, paths []string, tell func(string)) (want []string) {
	for _, path := range f.changed(paths) {
		if !f.isUsed(path) {
			want = append(want, path)
		} else if stamp := f.stamp(path); f.told[path] != stamp {
			f.told[path] = stamp
			tell(path + " has changed since cells were compiled with it, and stays what it was in this session; restart the kernel for the changed one")
		}
	}
	for _, path := range paths {
		f.mu.Lock()
		p, known := f.packages[path]
		if known && (p.local() || !internal(path)) {
			f.roots[path] = true
		}
		f.mu.Unlock()
		if known || slices.Contains(want, path) {
			continue
		}
		if err := misplaced(path); err != nil {
			f.fail([]string{path}, err)
		} else if f.mayHave(ctx, path) {
			want = append(want, path)
		}
	}
	return want
}

// misplaced says why something is no import path for the go command.
func misplaced(path string) error {
	switch {
	case strings.HasPrefix(path, "github.com/janpfeifer/gonb/gonbui/"):
		return errors.New("GoNB's widgets, and what else needs its scripts in the browser, are not supported here")
	case strings.HasPrefix(path, ".") || strings.HasPrefix(path, "/"):
		return fmt.Errorf("a folder is imported by the path of its module: %%mod replace example.com/m => %s", path)
	case path == "" || strings.HasPrefix(path, "-") || strings.Contains(path, "...") || strings.ContainsAny(path, "@ \t\\"):
		return fmt.Errorf("%q is no import path; versions are chosen by %%get PATH@VERSION", path)
	}
	return nil
}

// mayHave reports whether a path may be a module's package: all may whose first element has a
// dot, as in a domain, and others only if the session knows such a module.
func (f *Folder) mayHave(ctx context.Context, path string) bool {
	if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") {
		return true
	}
	if s := f.now(); s != nil {
		if m, err := s.read(ctx); err == nil {
			if _, ok := m.has(path); ok {
				return true
			}
		}
	}
	_, ok := f.around(ctx).module(path)
	return ok
}

// fail notes why there is no package.
func (f *Folder) fail(paths []string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, path := range paths {
		f.failed[path] = err
	}
}

func (f *Folder) usesAny() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.used) > 0
}

func (f *Folder) isUsed(path string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.used[path]
}

// unusedRoots are packages that cells have asked for and that have not been used yet: they
// follow what happens to go.mod.
func (f *Folder) unusedRoots() (paths []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for path := range f.roots {
		if !f.used[path] {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// conflict is the error that a module, of those that cells have been compiled with, would be
// another one, nil if none.
func (f *Folder) conflict(ctx context.Context, s *step, l *listing) error {
	after, err := s.read(ctx)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, path := range slices.Sorted(maps.Keys(f.used)) {
		old := f.packages[path]
		if other, get := after.other(old.module); other != "" {
			return errConflict(other, old.module, get)
		}
		now, ok := l.packages[path]
		switch {
		case !ok || now.edition == old.edition || now.edition == "" && now.module.String() == old.module.String():
		case now.local() && old.local():
			return fmt.Errorf("this needs package %s, which has changed since cells of this session were compiled with it: restart the kernel to use the changed one", path)
		default:
			return errConflict(now.module.String(), old.module, "%get "+now.module.Path+"@"+now.module.Version)
		}
	}
	return nil
}

// errConflict is a change that needs a new process, in which get is to come first.
func errConflict(needed string, used listedModule, get string) error {
	return fmt.Errorf("this needs %s, but cells of this session use %s. A Go process cannot hold both: restart the kernel, and begin with %s", needed, used, get)
}

// other says what takes a module's place by go.mod, "" if nothing does, and which magic makes
// it so.
func (m *goModFile) other(old listedModule) (other, magic string) {
	by, replaced := m.replaced(old.Path)
	switch {
	case replaced && (old.Replace == nil || by != moduleVersion{old.Replace.Path, old.Replace.Version}):
		return strings.TrimSpace(old.Path + " => " + by.Path + " " + by.Version), "%mod replace " + old.Path + " => " + by.String()
	case !replaced && old.Replace != nil:
		return old.Path + " itself", "%get " + old.Path
	}
	if v, ok := m.version(old.Path); ok && v != old.Version {
		return old.Path + " " + v, "%get " + old.Path + "@" + v
	}
	return "", ""
}

// take makes the step the current one, with what has been compiled by it. Packages that cells
// use stay.
func (f *Folder) take(ctx context.Context, s *step, l *listing, want []string) (changed []string) {
	s.keep()
	f.name(ctx, s, l.modules(want))
	f.mu.Lock()
	defer f.mu.Unlock()
	old := f.packages
	f.packages = maps.Clone(l.packages)
	for path := range f.used {
		f.packages[path] = old[path]
	}
	for path, p := range old {
		if f.packages[path].edition != p.edition {
			changed = append(changed, path)
		}
	}
	for path := range f.roots {
		if _, ok := f.packages[path]; !ok {
			delete(f.roots, path)
		}
	}
	for _, path := range want {
		delete(f.failed, path)
		if p, ok := f.packages[path]; ok && internal(path) && !p.local() {
			f.failed[path] = fs.ErrNotExist // for all but its own module
		} else if ok {
			f.roots[path] = true
		}
	}
	maps.Copy(f.failed, l.failed)
	return changed
}

// name learns the names of the packages of modules that are new. Without them, cells import
// what they use.
func (f *Folder) name(ctx context.Context, s *step, modules map[string]listedModule) {
	f.mu.Lock()
	for path, m := range modules {
		if f.named[path] == m.String() {
			delete(modules, path)
		}
	}
	f.mu.Unlock()
	if len(modules) == 0 {
		return
	}
	names, err := s.listNames(ctx, slices.Sorted(maps.Keys(modules)))
	if err != nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.names = maps.Clone(f.names)
	maps.DeleteFunc(f.names, func(path, _ string) bool {
		for module := range modules {
			if within(path, module) {
				return true
			}
		}
		return false
	})
	maps.Copy(f.names, names)
	for path, m := range modules {
		f.named[path] = m.String()
	}
}

// again compiles anew what the go command's cache has lost.
func (f *Folder) again(ctx context.Context) error {
	f.busy.Lock()
	defer f.busy.Unlock()
	s := f.now()
	f.mu.Lock()
	roots := slices.Sorted(maps.Keys(f.roots))
	f.mu.Unlock()
	if s == nil || len(roots) == 0 {
		return nil
	}
	_, err := s.list(ctx, compile, nil, roots)
	return err
}

// slowly tells a line if what follows takes long. What it returns is called at the end.
func slowly(tell func(string), line string) (done func()) {
	timer := time.AfterFunc(patience, func() { tell(line) })
	return func() { timer.Stop() }
}
