package interp

import (
	"context"

	"github.com/parago/parago/interp/check"
	"github.com/parago/parago/interp/runner/wire"
	"github.com/parago/parago/interp/write/interpreted"
)

// A backend writes checked cells for the session process. One cell at a time: prepare,
// then commit if the process has loaded it.
type backend interface {
	// prepare says what the session process is to do for a cell. Nothing is changed yet.
	prepare(ctx context.Context, c Cell, u *check.Unit) (*prepared, error)
	// restore is called when the process has ended. It is what a new one must load at once
	// to have all declarations, nil if it gets them as cells need them.
	restore() *wire.Run
}

// A prepared cell is one for the session process.
type prepared struct {
	run    *wire.Run
	notes  []string // what the user should hear
	commit func()   // the session process has it

	// instead prepares the cell in another way, should the process not take it. Nil: there is none.
	instead func(ctx context.Context) (*prepared, error)
}

// interpBackend is the back-end that writes cells for the interpreter.
type interpBackend struct {
	lowerer *interpreted.Lowerer
	known   loaded // what the session process has loaded, and a new one must load
	keeper  *keeper
}

func newInterpBackend(s *check.Scope) *interpBackend {
	return &interpBackend{lowerer: interpreted.New(s), keeper: newKeeper()}
}

func (b *interpBackend) prepare(_ context.Context, _ Cell, u *check.Unit) (*prepared, error) {
	p, err := b.lowerer.Lower(u)
	if err != nil {
		return nil, err
	}
	run := &wire.Run{
		Imports: imports(p.Imports), Decls: decls(p.Decls), Vars: vars(p.Vars),
		Cell: p.Cell, Entry: p.Entry, Sites: p.Sites,
	}
	return &prepared{run: run, notes: b.keeper.notes(u), commit: func() {
		b.lowerer.Commit(p)
		b.known.add(p)
		b.keeper.add(u)
	}}, nil
}

func (b *interpBackend) restore() *wire.Run { return b.known.all() }
