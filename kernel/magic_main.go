package kernel

import (
	"context"
	"errors"

	"github.com/parago/parago/interp"
)

// mainMagic has the rest of the cell run as a program's main function does, with arguments, which
// package flag has read. Notebooks that were written for GoNB are full of it.
func mainMagic(name string) Magic {
	return Magic{
		Name: name, Args: "[ARGUMENT…]",
		Help: "run what follows as the body of func main, with these arguments, which package flag reads",
		Run: func(_ context.Context, c *MagicCall) error {
			c.mode.main, c.k.args = true, c.words()
			return nil
		},
	}
}

// words are the arguments of a magic, as a shell divides them: never nil.
func (c *MagicCall) words() []string { return append([]string{}, fields(c.Args)...) }

func argsMagic() Magic {
	return Magic{
		Name: "%args", Args: "[ARGUMENT…]", Help: "set os.Args for what follows, and for cells after this one",
		Run: func(_ context.Context, c *MagicCall) error {
			c.k.args = c.words()
			return nil
		},
	}
}

func execMagic() Magic {
	return Magic{Name: "%exec", Args: "FUNCTION [ARGUMENT…]", Help: "call a function as a program's main function, with these arguments", Run: runExec}
}

func runExec(ctx context.Context, c *MagicCall) (err error) {
	words := c.words()
	if len(words) == 0 {
		return errors.New("want %exec FUNCTION")
	}
	if err := c.k.runInit(ctx, c.cell, c.mode); err != nil {
		return err
	}
	cell := interp.Cell{Source: words[0] + "()", Origin: c.origin.id, AllowInput: c.cell.AllowInput, Main: true, Args: words[1:]}
	c.Result, err = c.k.evaluateCell(ctx, cell)
	return err
}
