package kernel

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/parago/parago/interp"
)

// A place is where shell commands and the session run: a directory, and what %env
// changed. It is the kernel's own, so two kernels in one process do not meet. The
// goroutine of the inOrder lane owns it.
type place struct {
	dir, previous string
	env           map[string]string
	stale         bool // the session process was replaced and has to be told again
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

// goCode puts a new session process into this place.
func (p *place) goCode() string {
	var b strings.Builder
	fmt.Fprintf(&b, "os.Chdir(%q)\n", p.dir)
	for _, name := range slices.Sorted(maps.Keys(p.env)) {
		fmt.Fprintf(&b, "os.Setenv(%q, %q)\n", name, p.env[name])
	}
	return b.String()
}

// restorePlace tells a session process that replaced another where it runs.
func (k *Kernel) restorePlace(ctx context.Context, origin string) error {
	if !k.place.stale {
		return nil
	}
	k.place.stale = false
	if k.place.previous == "" && len(k.place.env) == 0 {
		return nil
	}
	cell := interp.Cell{Source: k.place.goCode(), Origin: origin}
	_, err := k.evaluate(ctx, func(e Evaluator) (*interp.Result, error) { return e.Eval(ctx, cell) })
	if err != nil {
		return fmt.Errorf("restore the directory and the environment of the session: %w", err)
	}
	return nil
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
	if _, err := c.Eval(ctx, fmt.Sprintf("os.Chdir(%q)", dir)); err != nil {
		return err
	}
	p := &c.k.place
	p.dir, p.previous = dir, p.dir
	return nil
}
