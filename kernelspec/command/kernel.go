package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/parago/parago/interp"
	"github.com/parago/parago/kernel"
)

func kernelCommand() command {
	return command{
		name: "kernel", args: "[--debug] [--temporary] FILE", lenient: true,
		long: `Kernel serves front-ends as the connection file says, until one of them shuts it
down. It is what Jupyter calls; by hand it is of use to look for errors.

SIGINT interrupts the running cell, SIGTERM ends the kernel. So does the end of the
process whose id is in JPY_PARENT_PID. Front-ends may start every kernel with arguments
that are meant for one of them: those after FILE, and flags that are unknown, are ignored.`,
		setup: func(fs *flag.FlagSet) action {
			debug := fs.Bool("debug", false, "log each message to stderr")
			temporary := fs.Bool("temporary", false, "remove the connection file at once, and its folder at the end, if that is empty")
			return func(ctx context.Context, args []string) error {
				if len(args) != 1 {
					return usageError("want one connection file")
				}
				if *temporary {
					defer os.Remove(filepath.Dir(args[0])) // fails if it is not empty, and so it should
				}
				return serveKernel(ctx, args[0], *debug, *temporary)
			}
		},
	}
}

func serveKernel(ctx context.Context, file string, debug, temporary bool) error {
	info, err := kernel.ReadConnectionFile(file)
	if errors.Is(err, kernel.ErrInsecureFile) && os.Getenv("JUPYTER_ALLOW_INSECURE_WRITES") != "" {
		err = nil
	}
	if err != nil {
		return err
	}
	if temporary {
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	gone, err := watchParent(ctx, os.Getenv("JPY_PARENT_PID"))
	if err != nil {
		return err
	}
	level := slog.LevelWarn
	if debug {
		level = slog.LevelDebug
	}
	k, err := kernel.New(info, kernel.Options{
		NewEvaluator: newSession,
		Version:      version,
		Logger:       slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level})),
	})
	if err != nil {
		return err
	}
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	go obey(ctx, signals, gone, k.Interrupt, cancel) // ends with ctx
	return k.Serve(ctx)
}

// obey interrupts on SIGINT and stops on other signals and when the parent is gone.
func obey(ctx context.Context, signals <-chan os.Signal, gone <-chan struct{}, interrupt, stop func()) {
	for {
		select {
		case s := <-signals:
			if s == os.Interrupt {
				interrupt()
				continue
			}
		case <-gone:
		case <-ctx.Done():
		}
		stop()
		return
	}
}

// newSession starts a session whose cells are compiled if this machine can.
func newSession(sink interp.Sink) (kernel.Evaluator, error) {
	o := interp.Options{Sink: sink, Engine: engine()}
	tc, err := findToolchain()
	if err != nil {
		o.Missing = err
	} else {
		o.Toolchain = tc
	}
	return interp.New(o)
}

// parentPID reads JPY_PARENT_PID. Jupyter sets it for kernels that are to end with
// their front-end, and leaves it out for those that are to outlive it; then it is 0.
func parentPID(value string) (int, error) {
	if value == "" || value == "0" {
		return 0, nil
	}
	pid, err := strconv.Atoi(value)
	if err != nil || pid < 0 {
		return 0, fmt.Errorf("JPY_PARENT_PID is %q, want a process id", value)
	}
	return pid, nil
}
