package kernel

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func cdMagic() Magic {
	return Magic{
		Name: "%cd", Args: "[DIR | -]",
		Help: "change the directory of the session and of shell commands; without DIR to the home directory, with - back",
		Run:  runCd,
	}
}

func runCd(ctx context.Context, c *MagicCall) error {
	dir, err := c.destination()
	if err != nil {
		return err
	}
	if err := c.changeDir(ctx, dir); err != nil {
		return err
	}
	fmt.Fprintln(c.Stdout, dir)
	return nil
}

func (c *MagicCall) destination() (string, error) {
	switch {
	case c.Args == "-" && c.k.place.previous == "":
		return "", errors.New("there is no previous directory")
	case c.Args == "-":
		return c.k.place.previous, nil
	case c.Args == "" || c.Args == "~" || strings.HasPrefix(c.Args, "~/"):
		home, err := os.UserHomeDir()
		return filepath.Join(home, strings.TrimPrefix(c.Args, "~")), err
	}
	return c.path(c.Args), nil
}

// path makes a path absolute, and takes quotes off.
func (c *MagicCall) path(name string) string {
	if n := len(name); n >= 2 && (name[0] == '"' || name[0] == '\'') && name[n-1] == name[0] {
		name = name[1 : n-1]
	}
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(c.Dir(), name)
}

func pwdMagic() Magic {
	return Magic{Name: "%pwd", Help: "show the directory that relative paths start from", Run: runPwd}
}

func runPwd(_ context.Context, c *MagicCall) error {
	_, err := fmt.Fprintln(c.Stdout, c.Dir())
	return err
}
