package kernel

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"sync"
)

func withInputsMagic(name string, hidden bool) Magic {
	return Magic{
		Name: name, Help: "ask for lines that the next shell command of the cell reads",
		Run: func(_ context.Context, c *MagicCall) error {
			if !c.cell.AllowInput {
				return errors.New("this front-end asks for no input")
			}
			c.mode.inputs = []bool{hidden}
			return nil
		},
	}
}

// runAsking runs a command whose input is what the user is asked for, line by line, until
// the command ends.
func (c *MagicCall) runAsking(ctx context.Context, cmd *exec.Cmd) error {
	hidden := c.mode.inputs[0]
	c.mode.inputs = nil
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	cmd.Stdin = r
	ctx, cancel := context.WithCancel(ctx)
	var asking sync.WaitGroup
	asking.Go(func() {
		defer w.Close()
		for {
			line, err := c.k.sink.Input(ctx, c.origin.id, "", hidden)
			if err == nil {
				_, err = io.WriteString(w, line+"\n")
			}
			if err != nil {
				return
			}
		}
	})
	err = c.runCommand(ctx, cmd, c.Args)
	r.Close()
	cancel()
	asking.Wait()
	return err
}
