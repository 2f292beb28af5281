package kernel

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func captureMagic() Magic {
	return Magic{
		Name: "%capture", Args: "[-a] FILE",
		Help: "write what the rest of the cell prints and shows to a file, too; with -a append to it",
		Run:  runCapture,
	}
}

func runCapture(_ context.Context, c *MagicCall) error {
	name, add := strings.CutPrefix(c.Args, "-a ")
	if name = strings.TrimSpace(name); name == "" || name == "-a" {
		return errors.New("want %capture [-a] FILE")
	}
	flags := os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	if add {
		flags = os.O_WRONLY | os.O_CREATE | os.O_APPEND
	}
	f, err := os.OpenFile(c.path(c.expand(name)), flags, 0o644)
	if err != nil {
		return err
	}
	c.k.iopub.copyTo(c.origin, f)
	c.mode.after = append(c.mode.after, func() {
		c.k.iopub.copyTo(c.origin, nil)
		f.Close()
	})
	return nil
}

// expand replaces ~ and variables of the environment in a file's name.
func (c *MagicCall) expand(name string) string {
	if home, err := os.UserHomeDir(); err == nil && (name == "~" || strings.HasPrefix(name, "~/")) {
		name = filepath.Join(home, name[1:])
	}
	return os.Expand(name, func(variable string) string {
		value, _ := c.k.place.get(variable)
		return value
	})
}

func scriptMagic() Magic {
	return Magic{Name: "%%script", Args: "COMMAND [ARGUMENT…]", Help: "run a command that gets the cell as its input", Run: runScript}
}

func runScript(ctx context.Context, c *MagicCall) error {
	words := c.words()
	if len(words) == 0 {
		return errors.New("want %%script COMMAND")
	}
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Stdin = strings.NewReader(c.Body)
	return c.runCommand(ctx, cmd, words[0])
}
