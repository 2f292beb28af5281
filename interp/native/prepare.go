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

// Prepare returns the host, and builds it first if it is not there, which takes about half a
// minute. Of several processes that do so at once, one builds and the others wait for it, and
// all tell how far it is. A preparation that ctx ends, or the end of the process, goes on where
// it was the next time, as the go command keeps what it has compiled. A machine that turns out to lack something, as the
// headers of the C library, gives a *Missing.
func (t *Toolchain) Prepare(ctx context.Context, p Place, progress func(Progress)) (*Host, error) {
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
	t0 := told(progress, filepath.Join(dir, progressName))
	l, err := lockAlone(ctx, filepath.Join(dir, lockName), func() { waiting(dir, t0.tell, t0.since) })
	if err != nil {
		return nil, err
	}
	defer l.release()
	if h, err := t.open(filepath.Join(dir, key)); err == nil {
		return h, nil
	}
	sweepUnfinished(dir)
	if err := t.build(ctx, p, filepath.Join(dir, key), t0); err != nil {
		return nil, err
	}
	sweep(dir, key)
	return t.open(filepath.Join(dir, key))
}

// build makes the host's folder: all of it or nothing.
func (t *Toolchain) build(ctx context.Context, p Place, dir string, tell *teller) (err error) {
	defer tell.end()
	temporary, err := os.MkdirTemp(filepath.Dir(dir), buildingMark+"*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temporary)) }()
	if err := p.write(filepath.Join(temporary, sourceName)); err != nil {
		return err
	}
	var thick error
	if !thinArch() {
		thick = thickError{errors.New("not tried on this machine")}
	}
	made, err := t.assemble(ctx, temporary, tell, thick)
	if errors.As(err, &thickError{}) {
		made, err = t.assemble(ctx, temporary, tell, err)
	}
	if err != nil {
		return fmt.Errorf("prepare to compile cells: %w", err)
	}
	if err := os.Chmod(temporary, 0o755); err != nil {
		return err
	}
	return os.Rename(made, dir)
}

// sourceName is a folder below the one in which a host is built.
const sourceName = "source"

// assemble builds a host below a folder with its source, and returns its folder. Thick is why
// plugins cannot be thin, or nil to try. A thickError says that they cannot.
func (t *Toolchain) assemble(ctx context.Context, folder string, tell *teller, thick error) (dir string, err error) {
	a := &assembly{
		toolchain: t, ctx: ctx, tell: tell, thick: thick,
		dir: filepath.Join(folder, "host"), source: filepath.Join(folder, sourceName), work: filepath.Join(folder, "work"),
	}
	for _, folder := range []string{a.dir, a.work} {
		if err := os.RemoveAll(folder); err != nil {
			return "", err
		}
		if err := os.Mkdir(folder, 0o755); err != nil {
			return "", err
		}
	}
	return a.dir, a.run()
}
