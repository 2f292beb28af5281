package kernel

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A moduler is an Evaluator whose cells can import packages of modules, by a go.mod that is
// the session's own. *interp.Session is one. What the methods do, they tell under the origin.
type moduler interface {
	GetModules(ctx context.Context, origin string, queries ...string) error
	ReplaceModule(ctx context.Context, origin, module, by string) error
	DropModule(ctx context.Context, origin, module string) error
	ModuleFile(ctx context.Context, origin string) (string, error)
	WorkOnModules(ctx context.Context, origin string, run func(dir string) error) error
	ReplaceByWork(ctx context.Context, origin string) error
}

// moduleShellMagic is !*, by which notebooks for GoNB change their go.mod.
func moduleShellMagic() Magic {
	return Magic{Name: "!*", Args: "COMMAND", Help: "run a shell command in the folder of the session's go.mod, which it may change", Run: runModuleShell}
}

func runModuleShell(ctx context.Context, c *MagicCall) error {
	m, err := c.modules(ctx)
	switch {
	case err != nil:
		return err
	case c.Args == "":
		return errors.New("!* wants a command")
	}
	var failed error
	err = m.WorkOnModules(ctx, c.origin.id, func(dir string) error {
		c.k.place.work = dir
		cmd := shellCommand(c.Args)
		cmd.Dir = dir
		failed = c.runCommand(ctx, cmd, c.Args)
		return failed
	})
	return cmp.Or(failed, err)
}

func goworkfixMagic() Magic {
	return Magic{
		Name: "%goworkfix", Help: "have modules come from the folders that a go.work says, which !*go work init and !*go work use make",
		Run: func(ctx context.Context, c *MagicCall) error {
			m, err := c.modules(ctx)
			if err != nil {
				return err
			}
			return m.ReplaceByWork(ctx, c.origin.id)
		},
	}
}

func getMagic() Magic {
	return Magic{
		Name: "%get", Args: "PATH[@VERSION] …",
		Help: "add modules that cells can import packages of, or change their versions",
		Run:  runGet,
	}
}

func runGet(ctx context.Context, c *MagicCall) error {
	m, err := c.modules(ctx)
	switch {
	case err != nil:
		return err
	case c.Args == "":
		return errors.New("want %get PATH or %get PATH@VERSION, as in %get gonum.org/v1/gonum@latest")
	}
	return m.GetModules(ctx, c.origin.id, strings.Fields(c.Args)...)
}

func modMagic() Magic {
	return Magic{
		Name: "%mod", Args: "[replace PATH => DIR | drop PATH]",
		Help: "show the session's go.mod; have a module come from a folder, or from another module PATH@VERSION; undo that, or %get",
		Run:  runMod,
	}
}

func runMod(ctx context.Context, c *MagicCall) error {
	m, err := c.modules(ctx)
	if err != nil {
		return err
	}
	verb, args, _ := strings.Cut(c.Args, " ")
	args = strings.TrimSpace(args)
	switch {
	case c.Args == "":
		return c.showModules(ctx, m)
	case verb == "replace":
		return c.replaceModule(ctx, m, args)
	case verb == "drop" && args != "":
		for _, path := range strings.Fields(args) {
			if err := m.DropModule(ctx, c.origin.id, path); err != nil {
				return err
			}
		}
		return nil
	}
	return errors.New("want %mod, %mod replace PATH => DIR or %mod drop PATH; modules are added by %get")
}

func (c *MagicCall) showModules(ctx context.Context, m moduler) error {
	text, err := m.ModuleFile(ctx, c.origin.id)
	if err != nil {
		return err
	}
	if text == "" {
		text = "This session has no modules: importing a package adds one, and so does %get."
	}
	_, err = fmt.Fprintln(c.Stdout, strings.TrimSpace(text))
	return err
}

func (c *MagicCall) replaceModule(ctx context.Context, m moduler, args string) error {
	module, by, ok := strings.Cut(args, "=")
	module, by = strings.TrimSpace(module), strings.TrimSpace(strings.TrimPrefix(by, ">"))
	if !ok || module == "" || by == "" {
		return errors.New("want %mod replace PATH => DIR or %mod replace PATH => OTHER@VERSION")
	}
	switch by[0] {
	case '~':
		home, err := os.UserHomeDir()
		if err != nil {
			return err
		}
		by = filepath.Join(home, by[1:])
	case '.', '/', '"', '\'':
		by = c.path(by)
	default:
		by = strings.Join(strings.Fields(by), "@") // go.mod has a space there
	}
	return m.ReplaceModule(ctx, c.origin.id, strings.Join(strings.Fields(module), "@"), by)
}

func (c *MagicCall) modules(ctx context.Context) (moduler, error) {
	e, err := c.k.session.get(ctx)
	if err != nil {
		return nil, err
	}
	m, ok := e.(moduler)
	if !ok {
		return nil, errors.New("cells of this session cannot import modules")
	}
	return m, nil
}
