package kernel

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/parago/parago/interp"
)

// code is a cell with the end of the magic's arguments, at the place where that stands.
func (c *MagicCall) code(end string) interp.Cell {
	cell := c.cell
	cell.Text = cmp.Or(cell.Text, cell.Source)
	at := c.part.argsAt + len(c.Args) - len(end)
	line := strings.LastIndexByte(cell.Source[:at], '\n') + 1
	cell.Source = strings.Repeat("\n", c.part.line-1) + strings.Repeat(" ", at-line) + end
	return cell
}

// body is a cell with the magic's body, at its place.
func (c *MagicCall) body() interp.Cell {
	cell := c.cell
	cell.Text = cmp.Or(cell.Text, cell.Source)
	cell.Source = strings.Repeat("\n", c.part.line) + c.Body
	return cell
}

// able has the session do what not every Evaluator can.
func able[T any](ctx context.Context, c *MagicCall, do func(T) error) error {
	return c.order(ctx, func(e Evaluator) error {
		t, ok := e.(T)
		if !ok {
			return errors.New("this session cannot do that")
		}
		return do(t)
	})
}
