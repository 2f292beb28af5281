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

	gonb bool              // the notebook was written for GoNB
	work string            // the folder of !*; "" until there is one
	told map[string]string // of paths, what the session knows
}

// paths are the variables of the environment by which GoNB's notebooks find their files.
func (p *place) paths() map[string]string {
	all := map[string]string{}
	if p.gonb {
		all["GONB_DIR"] = p.dir
	}
	if p.work != "" {
		all["GONB_TMP_DIR"] = p.work
	}
	return all
}

// environ is the environment of shell commands.
func (p *place) environ() []string {
	env := os.Environ()
	for _, variables := range []map[string]string{p.paths(), p.env} {
		for _, name := range slices.Sorted(maps.Keys(variables)) {
			env = append(env, name+"="+variables[name])
		}
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

// tellPaths tells the session of those variables which it does not know.
func (k *Kernel) tellPaths(ctx context.Context) error {
	for name, value := range k.place.paths() {
		if k.place.told[name] == value {
			continue
		}
		_, err := k.evaluate(ctx, func(e Evaluator) (*interp.Result, error) { return nil, e.Setenv(ctx, name, value) })
		if err != nil {
			return err
		}
		if k.place.told == nil {
			k.place.told = map[string]string{}
		}
		k.place.told[name] = value
	}
	return nil
}

// order has the session do something that is no cell.
func (c *MagicCall) order(ctx context.Context, do func(Evaluator) error) error {
	_, err := c.k.evaluate(ctx, func(e Evaluator) (*interp.Result, error) { return nil, do(e) })
	return err
}
