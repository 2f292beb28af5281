package native

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// lockName is a file in a folder of hosts that is locked by who builds one.
const lockName = "lock"

// Prepare returns the host, and builds it first if it is not there, which takes about a
// minute. Of several processes that do so at once, one builds and the others wait for it.
// What goes on is told in short lines. A machine that turns out to lack something, as the
// headers of the C library, gives a *Missing.
func (t *Toolchain) Prepare(ctx context.Context, p Place, progress func(string)) (*Host, error) {
	if progress == nil {
		progress = func(string) {}
	}
	key, err := p.key(t)
	if err != nil {
		return nil, err
	}
	if h, ok := t.prepared(p, key); ok {
		return h, nil
	}
	dir, err := p.writable()
	if err != nil {
		return nil, err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	l, err := lockAlone(ctx, filepath.Join(dir, lockName), func() {
		progress("waiting for another Parago, which prepares to compile cells")
	})
	if err != nil {
		return nil, err
	}
	defer l.release()
	if h, err := t.open(filepath.Join(dir, key)); err == nil {
		return h, nil
	}
	if err := t.build(ctx, p, filepath.Join(dir, key), progress); err != nil {
		return nil, err
	}
	sweep(dir, key)
	return t.open(filepath.Join(dir, key))
}

// build makes the host's folder: all of it or nothing.
func (t *Toolchain) build(ctx context.Context, p Place, dir string, progress func(string)) (err error) {
	temporary, err := os.MkdirTemp(filepath.Dir(dir), ".building-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temporary)) }()
	a := &assembly{toolchain: t, ctx: ctx, dir: filepath.Join(temporary, "host"), source: filepath.Join(temporary, "source"), work: filepath.Join(temporary, "work"), progress: progress}
	for _, folder := range []string{a.dir, a.work} {
		if err := os.Mkdir(folder, 0o755); err != nil {
			return err
		}
	}
	if err := p.write(a.source); err != nil {
		return err
	}
	if err := a.run(); err != nil {
		return fmt.Errorf("prepare to compile cells: %w", err)
	}
	if err := os.Chmod(temporary, 0o755); err != nil {
		return err
	}
	return os.Rename(a.dir, dir)
}
