package module

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// An around is the module, or the workspace of modules, that a session runs in. Its
// packages are imported from where they are, and others in the versions that it requires.
type around struct {
	file    string            // go.mod or go.work
	modules map[string]string // folders, by path
	require goModFile
	sums    []string // files of checksums
}

// around is what surrounds the session. A go.mod that is wrong is none of its business.
func (f *Folder) around(ctx context.Context) *around {
	if f.where == nil {
		f.mu.Lock()
		dir := f.dir
		f.mu.Unlock()
		a, err := f.lookAround(ctx, dir)
		if err != nil {
			a = &around{}
		}
		if ctx.Err() != nil {
			return a
		}
		f.where = a
	}
	return f.where
}

// lookAround finds what surrounds a folder. There need not be anything.
func (f *Folder) lookAround(ctx context.Context, dir string) (*around, error) {
	a := &around{modules: map[string]string{}}
	goMod, err := above(dir, goMod)
	if err != nil {
		return nil, err
	}
	files := []string{goMod}
	if goMod != "" {
		a.file = goMod
	}
	if work, err := above(dir, "go.work"); err == nil && work != "" {
		used, err := f.readGoWork(ctx, work)
		if err != nil {
			return nil, err
		}
		if goMod == "" || slices.Contains(used, goMod) {
			a.file, files = work, used
			a.sums = append(a.sums, work+".sum")
		}
	}
	for _, file := range files {
		if file == "" {
			continue
		}
		if err := a.add(ctx, f, file); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// above looks for a file in a folder and those above it.
func above(dir, name string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for {
		file := filepath.Join(dir, name)
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
			return file, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", nil
		}
		dir = parent
	}
}

// readGoWork returns the go.mod files of a workspace's modules.
func (f *Folder) readGoWork(ctx context.Context, work string) (files []string, err error) {
	out, err := f.goCommand(ctx, filepath.Dir(work), nil, "work", "edit", "-json", work)
	if err != nil {
		return nil, err
	}
	var w struct{ Use []struct{ DiskPath string } }
	if err := json.Unmarshal(out, &w); err != nil {
		return nil, fmt.Errorf("understand %s: %w", work, err)
	}
	for _, use := range w.Use {
		files = append(files, filepath.Join(joined(filepath.Dir(work), use.DiskPath), goMod))
	}
	return files, nil
}

func joined(dir, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}

// add adds a module.
func (a *around) add(ctx context.Context, f *Folder, file string) error {
	m, err := f.readGoMod(ctx, file)
	if err != nil {
		return err
	}
	dir := filepath.Dir(file)
	a.modules[m.Module.Path] = dir
	a.require.Require = append(a.require.Require, m.Require...)
	for _, r := range m.Replace {
		if r.New.Version == "" {
			r.New.Path = joined(dir, r.New.Path)
		}
		a.require.Replace = append(a.require.Replace, r)
	}
	a.sums = append(a.sums, filepath.Join(dir, goSum))
	return nil
}

// module returns the module around the session that a package is of.
func (a *around) module(path string) (module string, ok bool) {
	for m := range a.modules {
		if within(path, m) && len(m) > len(module) {
			module, ok = m, true
		}
	}
	return module, ok
}

// replaces are flags for `go mod edit` that replace what is replaced around the session, and
// its own modules by their folders.
func (a *around) replaces() (flags []string) {
	for module, dir := range a.modules {
		flags = append(flags, "-replace="+module+"="+dir)
	}
	for _, r := range a.require.Replace {
		if _, ok := a.modules[r.Old.Path]; !ok {
			flags = append(flags, "-replace="+r.Old.String()+"="+r.New.String())
		}
	}
	slices.Sort(flags)
	return flags
}

func (v moduleVersion) String() string { return strings.TrimSuffix(v.Path+"@"+v.Version, "@") }

// prefer has packages that go.mod does not know come from what surrounds the session, if they
// are known there. The note says so.
func (s *step) prefer(ctx context.Context, want []string) (note string, err error) {
	a := s.folder.around(ctx)
	flags := map[string]bool{}
	for _, path := range want {
		_, known := s.before.has(path)
		if known {
			continue
		}
		if _, ok := a.module(path); ok {
			for _, flag := range a.replaces() {
				flags[flag] = true
			}
			continue
		}
		module, ok := a.require.has(path)
		if !ok {
			continue
		}
		if v, ok := a.require.version(module); ok {
			flags["-require="+module+"@"+v] = true
		}
		for _, r := range a.require.Replace {
			if r.Old.Path == module {
				flags["-replace="+r.Old.String()+"="+r.New.String()] = true
			}
		}
	}
	if len(flags) == 0 {
		return "", nil
	}
	var sorted []string
	for flag := range flags {
		sorted = append(sorted, flag)
	}
	slices.Sort(sorted)
	if err := s.edit(ctx, sorted...); err != nil {
		return "", err
	}
	return " (as in " + a.file + ")", s.addSums(a.sums)
}
