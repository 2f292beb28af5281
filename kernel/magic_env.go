package kernel

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

func envMagic() Magic {
	return Magic{
		Name: "%env", Args: "[NAME | NAME=VALUE]",
		Help: "list the environment, show a variable, or set one for the session and for shell commands",
		Run:  runEnv,
	}
}

func runEnv(ctx context.Context, c *MagicCall) error {
	name, value, set := strings.Cut(c.Args, "=")
	if !set {
		name, value, set = strings.Cut(c.Args, " ")
	}
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	switch {
	case c.Args == "":
		return c.listEnv()
	case name == "" || strings.ContainsAny(name+value, "\x00"):
		return errors.New("want %env NAME or %env NAME=VALUE")
	case set:
		return c.setEnv(ctx, name, value)
	}
	return c.showEnv(name)
}

func (c *MagicCall) listEnv() error {
	env := c.k.place.environ()
	slices.Sort(env)
	_, err := fmt.Fprintln(c.Stdout, strings.Join(env, "\n"))
	return err
}

func (c *MagicCall) showEnv(name string) error {
	value, ok := c.k.place.get(name)
	if !ok {
		return fmt.Errorf("the environment has no %s", name)
	}
	_, err := fmt.Fprintln(c.Stdout, value)
	return err
}

func (c *MagicCall) setEnv(ctx context.Context, name, value string) error {
	if err := c.order(ctx, func(e Evaluator) error { return e.Setenv(ctx, name, value) }); err != nil {
		return err
	}
	if c.k.place.env == nil {
		c.k.place.env = map[string]string{}
	}
	c.k.place.env[name] = value
	_, err := fmt.Fprintf(c.Stdout, "env: %s=%s\n", name, value)
	return err
}
