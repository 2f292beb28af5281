package kernel

import (
	"context"

	"github.com/parago/parago/interp"
)

// An overseer is an Evaluator that knows of processes. *interp.Session is one.
type overseer interface {
	Processes(ctx context.Context) (interp.Bundle, error)
}

func procsMagic() Magic {
	return Magic{
		Name: "%procs",
		Help: "show pools, their workers, processes, and the queues and memory that they share",
		Run:  runProcs,
	}
}

func runProcs(ctx context.Context, c *MagicCall) error {
	return able(ctx, c, func(e overseer) error {
		data, err := e.Processes(ctx)
		if err == nil {
			c.Display(interp.Display{Data: data})
		}
		return err
	})
}
