package module

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// workName is the folder in which Work has commands run. What else they leave there stays.
const workName = "work"

// Work has a command run in a folder with the session's go.mod and go.sum. If it changes them,
// they are the session's from then on, as after Get.
func (f *Folder) Work(ctx context.Context, run func(dir string) error, tell func(line string)) (changed []string, err error) {
	dir, err := f.work(ctx)
	if err != nil {
		return nil, err
	}
	before := content(dir)
	if err := run(dir); err != nil {
		return nil, err
	}
	if bytes.Equal(before, content(dir)) {
		return nil, ctx.Err()
	}
	return f.edit(ctx, tell, func(s *step) (edited, error) {
		return edited{line: "the session's go.mod has changed"}, copyModule(s.dir, dir)
	})
}

// ReplaceByWork has modules come from the folders that a go.work says which a command has made in
// Work's folder: the session's own go.mod alone counts.
func (f *Folder) ReplaceByWork(ctx context.Context, tell func(line string)) (changed []string, err error) {
	dir, err := f.work(ctx)
	if err != nil {
		return nil, err
	}
	work := filepath.Join(dir, "go.work")
	if _, err := os.Stat(work); err != nil {
		return nil, errors.New("there is no go.work in the folder of the session's go.mod: !*go work init, and !*go work use . DIR make one")
	}
	files, err := f.readGoWork(ctx, work)
	if err != nil {
		return nil, err
	}
	return f.edit(ctx, tell, func(s *step) (edited, error) {
		var flags, modules []string
		for _, file := range files {
			if filepath.Dir(file) == dir {
				continue
			}
			m, err := f.readGoMod(ctx, file)
			if err != nil {
				return edited{}, err
			}
			flags = append(flags, "-replace="+m.Module.Path+"="+filepath.Dir(file))
			modules = append(modules, m.Module.Path+" => "+filepath.Dir(file))
		}
		return edited{line: "as go.work says: " + cmp.Or(strings.Join(modules, ", "), "nothing")}, s.edit(ctx, flags...)
	})
}

// work makes the folder what the session's is now.
func (f *Folder) work(ctx context.Context) (dir string, err error) {
	f.busy.Lock()
	defer f.busy.Unlock()
	s, err := f.next(ctx)
	if err != nil {
		return "", err
	}
	defer s.discard()
	dir = filepath.Join(filepath.Dir(s.dir), workName)
	if err := os.Mkdir(dir, 0o755); err == nil {
		work := &step{folder: f, dir: dir}
		err = work.link(filepath.Join(filepath.Dir(s.dir), sourcesName))
		if err != nil {
			return "", err
		}
	} else if !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	return dir, copyModule(dir, s.dir)
}

// copyModule copies go.mod and go.sum, if there is one.
func copyModule(to, from string) error {
	for _, name := range []string{goMod, goSum} {
		text, err := os.ReadFile(filepath.Join(from, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// content is what go.mod and go.sum of a folder say.
func content(dir string) []byte {
	mod, _ := os.ReadFile(filepath.Join(dir, goMod))
	sum, _ := os.ReadFile(filepath.Join(dir, goSum))
	return append(mod, sum...)
}
