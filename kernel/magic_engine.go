package kernel

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/parago/parago/interp"
)

// An engined Evaluator can run cells in more than one way. *interp.Session is one.
type engined interface {
	Engine() interp.EngineInfo
	SetEngine(interp.Engine) (anew bool, err error)
}

func engineMagic() Magic {
	return Magic{
		Name: "%engine", Args: "[auto | native | interp]",
		Help: "show how cells run, or choose it: native compiles them, interp interprets them, auto compiles them if it can; another way begins a new session",
		Run:  runEngine,
	}
}

// noRace is said to those who ask for it. README.md has the measurements.
const noRace = "the race detector is not offered: it needs everything compiled a second time and every cell compiled, and makes loops eight times as slow"

func runEngine(ctx context.Context, c *MagicCall) error {
	if strings.HasSuffix(c.Args, "-race") {
		return errors.New(noRace)
	}
	return able(ctx, c, func(e engined) error {
		if c.Args != "" {
			anew, err := e.SetEngine(interp.Engine(c.Args))
			if err != nil {
				return err
			}
			if anew {
				fmt.Fprintln(c.Stdout, "The session begins anew: what cells have declared is gone.")
			}
		}
		_, err := fmt.Fprintln(c.Stdout, howCellsRun(e.Engine()))
		return err
	})
}

func howCellsRun(i interp.EngineInfo) string {
	switch {
	case i.Active == interp.Native:
		return fmt.Sprintf("Cells are compiled with %s.", i.Go)
	case i.Active == "":
		return fmt.Sprintf("Cells will be compiled with %s. The next one prepares that first, which takes about half a minute.", i.Go)
	case i.Why != nil:
		return fmt.Sprintf("Cells are interpreted: %v.", i.Why)
	case i.Chosen == interp.Interp && i.Go != "":
		return fmt.Sprintf("Cells are interpreted. %%engine native has them compiled with %s.", i.Go)
	}
	return "Cells are interpreted."
}
