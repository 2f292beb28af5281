package module

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/parago/parago/interp/native"
)

const (
	goMod = "go.mod"
	goSum = "go.sum"
)

// A step is a go.mod and a go.sum in a folder of their own. It becomes the Folder's
// current one, or is discarded.
type step struct {
	folder *Folder
	dir    string
	before *goModFile // of the step that this began as
}

func (s *step) file(name string) string { return filepath.Join(s.dir, name) }

// A goModFile is what `go mod edit -json` says of a go.mod.
type goModFile struct {
	Module  struct{ Path string }
	Require []moduleVersion
	Replace []struct{ Old, New moduleVersion }
}

// A moduleVersion is a module and its version, "" for any, or for a folder.
type moduleVersion struct{ Path, Version string }

// version returns the version in which a module is required, and whether it is.
func (m *goModFile) version(path string) (string, bool) {
	i := slices.IndexFunc(m.Require, func(r moduleVersion) bool { return r.Path == path })
	if i < 0 {
		return "", false
	}
	return m.Require[i].Version, true
}

// replaced returns what a module is replaced by.
func (m *goModFile) replaced(path string) (moduleVersion, bool) {
	for _, r := range m.Replace {
		if r.Old.Path == path {
			return r.New, true
		}
	}
	return moduleVersion{}, false
}

// has returns the module that a package is of, as far as go.mod tells.
func (m *goModFile) has(path string) (module string, ok bool) {
	longest := func(candidate string) {
		if within(path, candidate) && len(candidate) > len(module) {
			module, ok = candidate, true
		}
	}
	for _, r := range m.Require {
		longest(r.Path)
	}
	for _, r := range m.Replace {
		longest(r.Old.Path)
	}
	return module, ok
}

// next copies the current step.
func (f *Folder) next(ctx context.Context) (*step, error) {
	f.mu.Lock()
	folder, current, closed := f.temp, f.current, f.closed
	f.mu.Unlock()
	if closed {
		return nil, os.ErrClosed
	}
	temp := ""
	if folder != nil {
		temp = folder.Dir
	} else {
		var err error
		if temp, err = f.makeTemp(); err != nil {
			return nil, fmt.Errorf("make a folder for the session's go.mod: %w", err)
		}
	}
	f.count++
	s := &step{folder: f, dir: filepath.Join(temp, strconv.Itoa(f.count)), before: &goModFile{}}
	if err := os.Mkdir(s.dir, 0o755); err != nil {
		return nil, err
	}
	if err := s.link(filepath.Join(temp, sourcesName)); err != nil {
		return nil, err
	}
	if current == nil {
		return s, s.begin()
	}
	for _, name := range []string{goMod, goSum} {
		text, err := os.ReadFile(current.file(name))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(s.file(name), text, 0o644); err != nil {
			return nil, err
		}
	}
	var err error
	s.before, err = s.read(ctx)
	return s, err
}

// sourcesName is the folder of the sources of what cells get from the host.
const sourcesName = "sources"

// makeTemp makes the folder of all steps.
func (f *Folder) makeTemp() (string, error) {
	folder, err := native.NewTemporary("parago-modules")
	if err != nil {
		return "", err
	}
	temp := folder.Dir
	f.mu.Lock()
	f.temp = folder
	f.mu.Unlock()
	for _, tree := range f.sources {
		dir := filepath.Join(temp, sourcesName, filepath.FromSlash(strings.TrimPrefix(tree.Path, native.Module+"/")))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return "", err
		}
		if err := os.CopyFS(dir, tree.Files); err != nil {
			return "", err
		}
	}
	return temp, nil
}

// link puts what is in a folder into the step's, by name.
func (s *step) link(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	for _, e := range entries {
		if err := os.Symlink(filepath.Join(dir, e.Name()), s.file(e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// begin writes the first go.mod. To the go command, the session is Parago: a module that
// imports Parago's packages then gets those that cells have, whatever version it requires.
func (s *step) begin() error {
	text := fmt.Sprintf("%sgo %s\n\n%s", moduleLine, native.Language, itself)
	return os.WriteFile(s.file(goMod), []byte(text), 0o644)
}

// What users need not see of a go.mod.
const (
	moduleLine = "module " + native.Module + "\n\n"
	itself     = "replace " + native.Module + " => ./\n"
)

// keep makes the step the current one.
func (s *step) keep() {
	s.folder.mu.Lock()
	old := s.folder.current
	s.folder.current = s
	s.folder.mu.Unlock()
	if old != nil {
		os.RemoveAll(old.dir)
	}
}

// discard removes the step unless it is the current one, and all of a Folder that has been
// closed meanwhile.
func (s *step) discard() {
	s.folder.mu.Lock()
	current, closed := s.folder.current, s.folder.closed
	s.folder.mu.Unlock()
	switch {
	case closed:
		s.folder.temp.Remove()
	case current != s:
		os.RemoveAll(s.dir)
	}
}

// goCommand runs the go command here and returns what it writes. Of a failure, the error says
// what it has written to stderr.
func (s *step) goCommand(ctx context.Context, env []string, args ...string) ([]byte, error) {
	return s.folder.goCommand(ctx, s.dir, env, args...)
}

func (f *Folder) goCommand(ctx context.Context, dir string, env []string, args ...string) ([]byte, error) {
	cmd := f.host.Toolchain().ModuleCommand(ctx, dir, append(f.environ(), env...), args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		return stdout.Bytes(), &goError{said: stderr.String(), err: err}
	}
	return stdout.Bytes(), nil
}

// A goError is a run of the go command that failed.
type goError struct {
	said string
	err  error
}

func (e *goError) Error() string {
	if said := strings.TrimSpace(e.said); said != "" {
		return said
	}
	return e.err.Error()
}

func (e *goError) Unwrap() error { return e.err }

// edit changes go.mod.
func (s *step) edit(ctx context.Context, flags ...string) error {
	if len(flags) == 0 {
		return nil
	}
	_, err := s.goCommand(ctx, nil, append([]string{"mod", "edit"}, flags...)...)
	return err
}

// read returns what is in go.mod.
func (s *step) read(ctx context.Context) (*goModFile, error) {
	return s.folder.readGoMod(ctx, s.file(goMod))
}

func (f *Folder) readGoMod(ctx context.Context, file string) (*goModFile, error) {
	out, err := f.goCommand(ctx, filepath.Dir(file), nil, "mod", "edit", "-json", file)
	if err != nil {
		return nil, err
	}
	m := &goModFile{}
	if err := json.Unmarshal(out, m); err != nil {
		return nil, fmt.Errorf("understand %s: %w", file, err)
	}
	return m, nil
}

// addSums adds lines of another go.sum, in which a line may stand twice.
func (s *step) addSums(files []string) error {
	out, err := os.OpenFile(s.file(goSum), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer out.Close()
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // there need not be one
		}
		if _, err := out.Write(append(bytes.TrimSpace(text), '\n')); err != nil {
			return err
		}
	}
	return nil
}
