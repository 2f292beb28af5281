package kernel

import (
	"cmp"
	"context"
	"strings"

	"github.com/parago/parago/interp"
)

// A functioner is an Evaluator that can tell which functions cells have declared.
// *interp.Session is one.
type functioner interface {
	Functions() []interp.Function
}

// runInit calls, once in a cell of a notebook that was written for GoNB, what would be a
// program's functions init: those that cells have declared under names init_x, by name. It comes
// before the cell's main function, or else at its end. Other notebooks' functions may
// have such names and are nobody's business.
func (k *Kernel) runInit(ctx context.Context, cell interp.Cell, m *mode) error {
	if !k.place.gonb || m.begun {
		return nil
	}
	m.begun = true
	e, err := k.session.get(ctx)
	if err != nil {
		return err
	}
	f, ok := e.(functioner)
	if !ok {
		return nil
	}
	var calls []string
	for _, f := range f.Functions() {
		if strings.HasPrefix(f.Name, "init_") && f.Type == "func()" {
			calls = append(calls, f.Name+"()")
		}
	}
	if len(calls) == 0 {
		return nil
	}
	if err := k.tellPaths(ctx); err != nil {
		return err
	}
	cell.Source, cell.Text = strings.Join(calls, "; "), cmp.Or(cell.Text, cell.Source)
	_, err = k.evaluateCell(ctx, cell)
	return err
}
