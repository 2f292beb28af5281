package interp

import (
	"cmp"

	"github.com/parago/parago/interp/runner/wire"
)

// program is the cell with its main function written out. Lines stay where they are.
func (c Cell) program() Cell {
	if c.Main {
		c.Text = cmp.Or(c.Text, c.Source)
		c.Source = "func main() {" + c.Source + "\n}"
	}
	return c
}

// arguments are those that the session process is told.
func (c Cell) arguments() *wire.Args {
	if c.Args == nil && !c.Main {
		return nil
	}
	return &wire.Args{Words: c.Args, Keep: c.Args == nil, Parse: c.Main}
}
