package interp

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/parago/parago/interp/check"
	"github.com/parago/parago/interp/runner/wire"
	"github.com/parago/parago/interp/write/compiled"
	"github.com/parago/parago/interp/write/glue"
)

// A Compiler makes plugins of packages, for the program that Options.Command starts.
type Compiler interface {
	// Compile compiles a package under its import path and returns the plugins to open, in that
	// order: those with what it imports of modules, and last its own. What has been
	// compiled before, in this session or another, is not compiled again. What is wrong
	// with the text is a *CompileError. Progress is told what else has to be compiled first, if
	// that takes long.
	Compile(ctx context.Context, path string, text []byte, imports []string, progress func(Progress)) ([]Plugin, error)
}

// A Plugin is a compiled package, or some.
type Plugin struct{ Path, File string }

// A CompileError is what a Compiler says of a text. Cells have been checked before, so it is
// a fault of ours, or something that only the compiler knows.
type CompileError struct {
	File      string // as the text's line directives call it
	Line, Col int
	Msg       string
}

func (e *CompileError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Col, e.Msg)
}

// nativeBackend is the back-end that has cells compiled.
type nativeBackend struct {
	compiler Compiler
	gen      *compiled.Generator
	packages map[string]wire.Package // by path
	effects  []wire.Package          // that cells have imported for what they do when they are loaded
	notice   func(origin, doing, did string) *notice
}

func newNativeBackend(c *Compiled, n func(origin, doing, did string) *notice) *nativeBackend {
	b := &nativeBackend{compiler: c.Compiler, gen: compiled.New(glue.Shapes), packages: map[string]wire.Package{}, notice: n}
	if c.Modules != nil {
		b.gen.Edition = c.Modules.Edition
	}
	return b
}

// prepare has the interpreter run a cell that only puts compiled things together, which is
// glue, and all others compiled. Should the interpreter not take it, it is compiled too.
func (b *nativeBackend) prepare(ctx context.Context, c Cell, u *check.Unit) (*prepared, error) {
	known := b.gen.Known(u)
	if p, _ := glue.Place(u, known); p != nil && p.Entry != "" {
		out, err := b.after(ctx, c, u, func() (*prepared, error) { return b.glued(c, u, p, known), nil })
		if err != nil {
			return nil, err
		}
		out.instead = func(ctx context.Context) (*prepared, error) { return b.compile(ctx, c, u) }
		return out, nil
	}
	return b.compile(ctx, c, u)
}

// after has packages loaded first that the cell imports for their effects, or others have.
func (b *nativeBackend) after(ctx context.Context, c Cell, u *check.Unit, place func() (*prepared, error)) (*prepared, error) {
	effects := b.effects
	if len(u.Effects) > 0 {
		p := b.gen.Effects(u.Effects)
		if err := b.build(ctx, c, p); err != nil {
			return nil, err
		}
		loaded := b.packages[p.Path]
		loaded.Effects = true
		effects = b.with(slices.Clone(effects), loaded)
	}
	out, err := place()
	if err != nil {
		return nil, err
	}
	out.run.Packages = slices.Concat(effects, out.run.Packages)
	commit := out.commit
	out.commit = func() {
		b.effects = effects
		commit()
	}
	return out, nil
}

// compile makes a package of a cell.
func (b *nativeBackend) compile(ctx context.Context, c Cell, u *check.Unit) (*prepared, error) {
	return b.after(ctx, c, u, func() (*prepared, error) { return b.packed(ctx, c, u) })
}

func (b *nativeBackend) packed(ctx context.Context, c Cell, u *check.Unit) (*prepared, error) {
	p, err := b.gen.Generate(u, c.Source, c.N)
	if err != nil {
		return nil, err
	}
	out := &prepared{run: &wire.Run{Native: p.Path}, notes: p.Notes, commit: func() { b.committed(u, p) }}
	if p.Path == "" {
		return out, nil
	}
	if _, ok := b.packages[p.Path]; !ok {
		if err := b.build(ctx, c, p); err != nil {
			return nil, inCell(err, p.Files)
		}
	}
	b.open(out.run, append(p.Needs, p.Path), p.Files)
	return out, nil
}

// glued has the interpreter run a cell.
func (b *nativeBackend) glued(c Cell, u *check.Unit, p *glue.Program, known *compiled.Known) *prepared {
	run := &wire.Run{Glue: wireGlue(p)}
	names := append(p.Funcs, p.Types...)
	var vars []string
	for _, v := range p.Vars {
		vars = append(vars, v.Name)
	}
	note := b.gen.Note(u, c.Source, c.N, vars)
	b.open(run, known.Needs(names...), note.Files)
	return &prepared{run: run, commit: func() { b.committed(u, note) }}
}

// committed says that the session has a cell.
func (b *nativeBackend) committed(u *check.Unit, p *compiled.Package) {
	b.gen.Commit(p)
	b.gen.Forget(u.Gone)
}

// build has a package compiled.
func (b *nativeBackend) build(ctx context.Context, c Cell, p *compiled.Package) error {
	n := b.notice(c.Origin, "Compiling what this cell imports, once for this Go", "Compiled what this cell imports")
	plugins, err := b.compiler.Compile(ctx, p.Path, p.Text, p.Imports, n.show)
	n.end(err)
	if err != nil {
		return err
	}
	imports := compiled.Cells(p.Imports)
	for _, l := range plugins[:len(plugins)-1] {
		b.packages[l.Path] = wire.Package{Path: l.Path, File: l.File}
		imports = append(imports, l.Path)
	}
	b.packages[p.Path] = wire.Package{Path: p.Path, File: plugins[len(plugins)-1].File, Imports: imports}
	return nil
}

// with adds a package to others, after what it imports of modules. What it imports of cells
// is there.
func (b *nativeBackend) with(packages []wire.Package, p wire.Package) []wire.Package {
	for _, imported := range append(slices.Clone(p.Imports), p.Path) {
		known := slices.ContainsFunc(packages, func(there wire.Package) bool { return there.Path == imported })
		switch {
		case known:
		case imported == p.Path:
			packages = append(packages, p)
		default:
			packages = append(packages, b.packages[imported])
		}
	}
	return packages
}

// open says which packages a run needs, and which cells their frames are of.
func (b *nativeBackend) open(run *wire.Run, paths []string, files map[string]int) {
	there := map[string]bool{}
	for _, p := range run.Packages {
		there[p.Path] = true
	}
	add := func(p wire.Package) {
		if !there[p.Path] {
			there[p.Path] = true
			run.Packages = append(run.Packages, p)
		}
	}
	for _, path := range paths {
		p := b.packages[path]
		for _, imported := range p.Imports {
			add(b.packages[imported])
		}
		add(p)
	}
	all := b.gen.FilesOf(paths)
	maps.Copy(all, files)
	run.Files = map[string]string{}
	for file, n := range all {
		run.Files[file] = fmt.Sprintf("In[%d]", n)
	}
}

func wireGlue(p *glue.Program) *wire.Glue {
	g := &wire.Glue{Text: p.Text, Entry: p.Entry, File: p.File, Funcs: p.Funcs, Types: p.Types}
	for _, i := range p.Imports {
		g.Imports = append(g.Imports, wire.Import(i))
	}
	for _, v := range p.Vars {
		g.Vars = append(g.Vars, wire.GlueVar{Name: v.Name, Type: v.Type})
	}
	for _, z := range p.Zeros {
		g.Zeros = append(g.Zeros, wire.GlueZero(z))
	}
	return g
}

// restore is nil: a new process opens packages as cells need them.
func (b *nativeBackend) restore() *wire.Run {
	b.gen.Lost()
	return nil
}

// inCell says of which cell the compiler speaks.
func inCell(err error, files map[string]int) error {
	var e *CompileError
	if !errors.As(err, &e) {
		return err
	}
	n, ok := files[e.File]
	if !ok {
		return err
	}
	return &CompileError{File: fmt.Sprintf("In[%d]", n), Line: e.Line, Col: e.Col, Msg: e.Msg}
}
