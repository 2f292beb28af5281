package toolchain

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"

	"github.com/parago/parago/interp"
	"github.com/parago/parago/interp/display"
	"github.com/parago/parago/interp/display/gonbui"
	"github.com/parago/parago/interp/native"
	"github.com/parago/parago/interp/native/module"
	"github.com/parago/parago/interp/runner"
	"github.com/parago/parago/procpool"
)

// HostsFolder is the folder beside a program, or in Cache, in which hosts are kept.
const HostsFolder = "hosts"

const parago = "github.com/parago/parago"

// Options say where things are kept.
type Options struct {
	// Beside is a program in whose folder hosts are kept if that can be written, so
	// that all users of an installation share them. Zero: in Cache.
	Beside string
	// Cache is a folder for what can be made again. Zero: the user's, for Parago.
	Cache string
	// Dir is where cells run: a go.mod there may ask for a toolchain. Zero: the current folder.
	Dir string
}

// A Toolchain is the Go toolchain of this machine, with what Parago has built with it. It
// is an interp.Toolchain.
type Toolchain struct {
	found *native.Toolchain
	place native.Place
	cells string // folder of built cells

	mu      sync.Mutex
	builder *native.Builder
}

// Find looks for a toolchain that can compile cells. If there is none, the error is a
// *native.Missing, and the Toolchain nil.
func Find(o Options) (*Toolchain, error) {
	found, err := native.FindToolchain(o.Dir)
	if err != nil {
		return nil, err
	}
	if o.Cache == "" {
		if o.Cache, err = cache(); err != nil {
			return nil, err
		}
	}
	t := &Toolchain{found: found, cells: filepath.Join(o.Cache, "cells")}
	if o.Beside != "" {
		t.place.Dirs = append(t.place.Dirs, filepath.Join(filepath.Dir(o.Beside), HostsFolder))
	}
	t.place.Dirs = append(t.place.Dirs, filepath.Join(o.Cache, HostsFolder))
	t.place.Sources = []native.Tree{
		{Path: parago + "/procpool", Files: procpool.Source},
		{Path: parago + "/interp/display", Files: display.Source},
		{Path: parago + "/interp/display/gonbui", Files: gonbui.Source},
		{Path: parago + "/interp/runner", Files: runner.Source},
	}
	return t, nil
}

func cache() (string, error) {
	if dir := os.Getenv("PARAGO_CACHE"); dir != "" {
		return dir, nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir() // no home: better there than not at all
	}
	return filepath.Join(dir, "parago"), nil
}

// Version is that of Go.
func (t *Toolchain) Version() string { return t.found.Version }

// Ready returns what compiles cells if it has been prepared.
func (t *Toolchain) Ready() (*interp.Compiled, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.builder == nil {
		h, ok := t.found.Prepared(t.place)
		if !ok {
			return nil, false
		}
		t.builder = native.NewBuilder(h, t.cells)
	}
	return t.compiled(), true
}

// Prepare builds what compiles cells, once for each toolchain and each Parago.
func (t *Toolchain) Prepare(ctx context.Context, progress func(interp.Progress)) (*interp.Compiled, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.builder == nil {
		h, err := t.found.Prepare(ctx, t.place, shown(progress))
		if err != nil {
			return nil, err
		}
		t.builder = native.NewBuilder(h, t.cells)
	}
	return t.compiled(), nil
}

// Complete builds what Prepare has left for later, so that no cell waits for it.
func (t *Toolchain) Complete(ctx context.Context, progress func(interp.Progress)) error {
	t.mu.Lock()
	b := t.builder
	t.mu.Unlock()
	if b == nil {
		return errors.New("not prepared")
	}
	return b.Host().Complete(ctx, shown(progress))
}

// shown has a progress told as a session tells it.
func shown(tell func(interp.Progress)) func(native.Progress) {
	if tell == nil {
		return nil
	}
	return func(p native.Progress) { tell(interp.Progress{What: p.String(), Since: p.Since}) }
}

func (t *Toolchain) compiled() *interp.Compiled {
	h := t.builder.Host()
	modules := module.New(h, t.place.Sources[:3]) // not those of what runs cells
	return &interp.Compiled{Command: []string{h.Program, "worker"}, Compiler: compiler{t.builder, modules}, Modules: modules, Standard: h.Standard(), Note: t.found.Note,
		Complete: func(ctx context.Context) error { return h.Complete(ctx, nil) }}
}

// Close lets go of what was built.
func (t *Toolchain) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.builder == nil {
		return nil
	}
	return t.builder.Close()
}

// A compiler is a builder as a session sees it.
type compiler struct {
	builder *native.Builder
	modules *module.Folder
}

func (c compiler) Compile(ctx context.Context, path string, text []byte, imports []string, progress func(interp.Progress)) ([]interp.Plugin, error) {
	packages, err := c.modules.Packages(ctx)
	if err != nil {
		return nil, err
	}
	built, err := c.builder.Build(ctx, native.Source{Path: path, Text: text, Imports: imports, Packages: packages, Progress: shown(progress)})
	var wrong *native.CompileError
	switch {
	case errors.As(err, &wrong):
		return nil, &interp.CompileError{File: wrong.File, Line: wrong.Line, Col: wrong.Col, Msg: wrong.Msg}
	case err != nil:
		return nil, err
	}
	var plugins []interp.Plugin
	for _, b := range append(built.Bundles, built) {
		plugins = append(plugins, interp.Plugin{Path: b.Path, File: b.File})
	}
	return plugins, nil
}
