package kernel

import (
	"context"
	"errors"
	"maps"
	"os"
	"slices"

	"github.com/parago/parago/interp"
)

// A place is where shell commands and the session run: a directory, and what %env
// changed. The session is told of changes, and knows them by itself from then on. It is the kernel's own, so two kernels in one process do not meet. The
// goroutine of the inOrder lane owns it.
type place struct {
	dir, previous string
	env           map[string]string
}

// environ is the environment of shell commands.
func (p *place) environ() []string {
	env := os.Environ()
	for _, name := range slices.Sorted(maps.Keys(p.env)) {
		env = append(env, name+"="+p.env[name])
	}
	return env
}

// get returns a variable of the environment.
func (p *place) get(name string) (string, bool) {
	if value, set := p.env[name]; set {
		return value, true
	}
	return os.LookupEnv(name)
}

// changeDir changes the directory of the session and of the kernel's own commands.
func (c *MagicCall) changeDir(ctx context.Context, dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return errors.New(dir + " is not a directory")
	}
	if err := c.order(ctx, func(e Evaluator) error { return e.Chdir(ctx, dir) }); err != nil {
		return err
	}
	p := &c.k.place
	p.dir, p.previous = dir, p.dir
	return nil
}

// order has the session do something that is no cell.
func (c *MagicCall) order(ctx context.Context, do func(Evaluator) error) error {
	_, err := c.k.evaluate(ctx, func(e Evaluator) (*interp.Result, error) { return nil, do(e) })
	return err
}
