package kernel

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/parago/parago/interp"
)

func timeMagic() Magic {
	return Magic{Name: "%time", Args: "STATEMENT", Go: true, Help: "run a statement and tell how long it took", Run: runTime}
}

func timeCellMagic() Magic {
	return Magic{Name: "%%time", Go: true, Help: "run the cell and tell how long it took", Run: runTimeCell}
}

func runTime(ctx context.Context, c *MagicCall) error {
	if c.Args == "" {
		return errors.New("want %time STATEMENT")
	}
	result, err := c.k.evaluateCell(ctx, c.code(c.Args))
	if err != nil {
		return err
	}
	c.Result = result
	return c.tellTimes(result.Times)
}

// runTimeCell runs a cell that may have magics of its own: these take the time that the
// kernel sees.
func runTimeCell(ctx context.Context, c *MagicCall) error {
	if c.Args != "" {
		return errors.New("want the code in the lines below %%time")
	}
	var all interp.Times
	whole := c.body()
	for _, p := range split(whole.Source) {
		part, start := whole, time.Now()
		var err error
		if p.name == "" {
			part.Source = p.source
			c.Result, err = c.k.evaluatePart(ctx, part, c.mode)
		} else {
			c.Result, err = c.k.runMagic(ctx, c.origin, part, p, c.mode)
			all.Wall += time.Since(start)
		}
		if err != nil {
			return err
		}
		if p.name == "" && c.Result != nil {
			t := c.Result.Times
			all.Wall, all.User, all.System = all.Wall+t.Wall, all.User+t.User, all.System+t.System
		}
	}
	return c.tellTimes(all)
}

// tellTimes says how long something took, as IPython does.
func (c *MagicCall) tellTimes(t interp.Times) error {
	var b strings.Builder
	if total := t.User + t.System; total > 0 {
		fmt.Fprintf(&b, "CPU times: user %s, sys: %s, total: %s\n", short(t.User), short(t.System), short(total))
	}
	fmt.Fprintf(&b, "Wall time: %s\n", short(t.Wall))
	_, err := c.Stdout.Write([]byte(b.String()))
	return err
}

// short is a time with three digits that matter.
func short(d time.Duration) string {
	unit := time.Nanosecond
	for d >= 1000*unit {
		unit *= 10
	}
	return d.Round(unit).String()
}
