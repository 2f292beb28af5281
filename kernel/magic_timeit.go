package kernel

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/parago/parago/interp"
)

// A measurer is an Evaluator that can measure code. *interp.Session is one.
type measurer interface {
	Measure(ctx context.Context, c interp.Cell, o interp.MeasureOptions) (*interp.Measurement, error)
}

func timeitMagic() Magic {
	return Magic{
		Name: "%timeit", Args: "[-n LOOPS] [-r RUNS] CODE", Go: true,
		Help: "measure code in a loop: how long it takes, how far runs are apart, and what it allocates",
		Run:  runTimeit,
	}
}

func timeitCellMagic() Magic {
	return Magic{
		Name: "%%timeit", Args: "[-n LOOPS] [-r RUNS] [SETUP]", Go: true,
		Help: "measure the cell in a loop; SETUP is run before each loop and not measured",
		Run:  runTimeitCell,
	}
}

func runTimeit(ctx context.Context, c *MagicCall) error {
	opts, code := cutOptions(c.Args)
	if code == "" {
		return errors.New("want %timeit [-n LOOPS] [-r RUNS] CODE")
	}
	return c.measure(ctx, c.code(code), opts, 0)
}

func runTimeitCell(ctx context.Context, c *MagicCall) error {
	opts, setup := cutOptions(c.Args)
	cell := c.code(setup)
	n := len(cell.Source) + 1
	cell.Source += "\n" + c.Body
	return c.measure(ctx, cell, opts, n)
}

func (c *MagicCall) measure(ctx context.Context, cell interp.Cell, opts string, setup int) error {
	o := interp.MeasureOptions{Setup: setup}
	for opts = strings.TrimSpace(opts); opts != ""; opts = strings.TrimSpace(opts) {
		into := map[byte]*int{'n': &o.Loops, 'r': &o.Runs}[opts[1]]
		number, rest, _ := strings.Cut(strings.TrimSpace(opts[2:]), " ")
		n, err := strconv.Atoi(number)
		if err != nil || n == 0 {
			return fmt.Errorf("%s %s: want a number above 0", opts[:2], number)
		}
		*into, opts = n, rest
	}
	return able(ctx, c, func(e measurer) error {
		m, err := e.Measure(ctx, cell, o)
		if err == nil {
			_, err = fmt.Fprintln(c.Stdout, m)
		}
		return err
	})
}
