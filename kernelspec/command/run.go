package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/parago/parago/notebooks"
)

// runOptions are run's flags.
type runOptions struct {
	out         string
	parameters  parameters
	timeout     time.Duration
	allowErrors bool
}

func runCommand() command {
	return command{
		name: "run", args: "NOTEBOOK [-o OUT] [-p NAME=VALUE]... [--timeout D] [--allow-errors]",
		short: "run a notebook and print what its cells write",
		long: `Run runs the cells of a notebook, in order, in a kernel of its own, and prints what
they write as they write it. It stops at the first cell that fails, says which, and
ends with 1. Cells tagged raises-exception may fail; cells tagged skip-execution are
left out. Ctrl-C interrupts the running cell and ends the run. In any case, the kernel
and all that it has started are gone when run ends. A cell that asks for a line gets it
from the terminal, if there is one.`,
		setup: func(fs *flag.FlagSet) action {
			o := runOptions{parameters: parameters{}}
			fs.StringVar(&o.out, "o", "", "write the notebook with its outputs to `OUT`, also if a cell fails")
			fs.Var(o.parameters, "p", "set `NAME=VALUE` after the cell tagged parameters; may be repeated")
			fs.DurationVar(&o.timeout, "timeout", 0, "let no cell take longer than `D`, as in 90s or 5m; 0 is for ever")
			fs.BoolVar(&o.allowErrors, "allow-errors", false, "go on after a cell that failed")
			return func(ctx context.Context, args []string) error {
				if len(args) != 1 {
					return usageError("want one notebook")
				}
				return runNotebook(ctx, args[0], o)
			}
		},
	}
}

// parameters collects -p flags.
type parameters map[string]string

func (p parameters) String() string { return "" }

func (p parameters) Set(s string) error {
	name, value, ok := strings.Cut(s, "=")
	if !ok || name == "" {
		return errors.New("want NAME=VALUE")
	}
	p[name] = value
	return nil
}

func runNotebook(ctx context.Context, path string, o runOptions) error {
	nb, err := readNotebook(path, o.parameters)
	if err != nil {
		return err
	}
	if o.out != "" {
		// A run may take hours: what would lose it is said now.
		if _, err := os.Stat(filepath.Dir(o.out)); err != nil {
			return fmt.Errorf("no place for %s: %w", o.out, err)
		}
	}
	ctx, stop := untilSignal(ctx)
	defer stop()
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	if err := prepareToCompile(ctx, exe, filepath.Dir(path), os.Stderr, false); err != nil {
		return err
	}
	k, err := startKernel(ctx, filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("start the kernel: %w", err)
	}
	err = notebooks.Run(ctx, nb, notebooks.Options{
		Kernel:      k,
		Observer:    notebooks.NewPrinter(os.Stdout, hasColours(os.Stdout)),
		Timeout:     o.timeout,
		AllowErrors: o.allowErrors,
	})
	if err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	err = errors.Join(err, k.stop()) // before Write: until then, outputs may change
	if o.out != "" {
		err = errors.Join(err, nb.Write(o.out))
	}
	return err
}

func readNotebook(path string, values parameters) (*notebooks.Notebook, error) {
	nb, err := notebooks.Read(path)
	if err != nil {
		return nil, err
	}
	spec, _ := nb.Metadata["kernelspec"].(map[string]any)
	if language, ok := spec["language"].(string); ok && language != "go" {
		return nil, fmt.Errorf("%s: the notebook is written in %s, and Parago runs Go", path, language)
	}
	unknown, err := notebooks.Parameterize(nb, values)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, name := range unknown {
		fmt.Fprintf(os.Stderr, "parago run: the parameters cell of %s does not declare %s; it is set all the same\n", path, name)
	}
	return nb, nil
}

// untilSignal returns a context that ends with the first Ctrl-C or SIGTERM. A second
// one ends this process at once; the kernel then sees that its parent is gone.
func untilSignal(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	done := make(chan struct{})
	go func() {
		select {
		case s := <-signals:
			cancel(fmt.Errorf("stopped by %v", s))
		case <-done:
		}
		signal.Stop(signals)
	}()
	return ctx, func() { close(done); cancel(nil) }
}

// hasColours reports whether f shows them.
func hasColours(f *os.File) bool {
	return isTerminal(f) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}
