package kernel

import (
	"context"
	"errors"
	"fmt"

	"github.com/parago/parago/interp"
)

// A vetter is an Evaluator that finds mistakes in code. *interp.Session is one.
type vetter interface {
	Vet(c interp.Cell) ([]interp.Finding, error)
}

func vetMagic() Magic {
	return Magic{Name: "%vet", Help: "say what go vet finds in all that the session declares", Run: func(ctx context.Context, c *MagicCall) error {
		if c.Args != "" {
			return errors.New("%vet takes no arguments; %%vet looks at the cell below it")
		}
		return c.vet(ctx, interp.Cell{})
	}}
}

func vetCellMagic() Magic {
	return Magic{Name: "%%vet", Go: true, Help: "say what go vet finds in the cell, without running it", Run: func(ctx context.Context, c *MagicCall) error {
		return c.vet(ctx, c.body())
	}}
}

func (c *MagicCall) vet(ctx context.Context, cell interp.Cell) error {
	return able(ctx, c, func(e vetter) error {
		found, err := e.Vet(cell)
		if err != nil {
			return err
		}
		for _, f := range found {
			fmt.Fprintln(c.Stdout, f)
		}
		if len(found) == 0 {
			fmt.Fprintln(c.Stdout, "go vet finds nothing.")
		}
		return nil
	})
}
