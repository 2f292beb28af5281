package kernel

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
)

func writefileMagic() Magic {
	return Magic{
		Name: "%%writefile", Args: "[-a] FILE",
		Help: "write the cell to a file; with -a append to it",
		Run:  runWritefile,
	}
}

func runWritefile(_ context.Context, c *MagicCall) error {
	name, add := strings.CutPrefix(c.Args, "-a ")
	if name = strings.TrimSpace(name); name == "" || name == "-a" {
		return errors.New("want %%writefile [-a] FILE")
	}
	path := c.path(name)
	_, err := os.Stat(path)
	verb, flags := "Writing", os.O_WRONLY|os.O_CREATE|os.O_TRUNC
	switch {
	case add:
		verb, flags = "Appending to", os.O_WRONLY|os.O_CREATE|os.O_APPEND
	case err == nil:
		verb = "Overwriting"
	}
	f, err := os.OpenFile(path, flags, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(c.Body)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.Stdout, verb, name)
	return err
}
