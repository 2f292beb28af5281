package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/parago/parago/interp/runner"
	"github.com/parago/parago/interp/runner/symbols/late"
)

// A command is one of parago's subcommands.
type command struct {
	name  string
	args  string // after the name, in usage lines
	short string // one line; "" hides the command from the overview
	long  string // for `parago help NAME`
	// setup declares flags and returns what the command does once they are parsed.
	setup func(*flag.FlagSet) action
	// raw commands parse their arguments themselves: setup's action gets them all.
	raw bool
	// lenient commands are started by programs that pass arguments of others' along: what
	// is unknown, and what follows the first that is no flag, is named on stderr and ignored.
	lenient bool
}

// An action does a command's work with the arguments that are no flags.
type action func(ctx context.Context, args []string) error

// A usageError is a mistake on the command line. It ends parago with 2.
type usageError string

func (e usageError) Error() string { return string(e) }

// An exitCode ends parago with it, and says nothing.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// errReported ends parago with 1: what went wrong has been said already.
var errReported = errors.New("reported")

func commands() []command {
	return []command{
		labCommand(), runCommand(), installCommand(), uninstallCommand(), doctorCommand(), versionCommand(),
		kernelCommand(),
		{name: "worker", long: "worker is what interpreter processes are started with. It is of no use by hand.", raw: true,
			setup: func(*flag.FlagSet) action {
				return func(context.Context, []string) error {
					return exitCode(runner.Main(runner.Options{Library: late.Library()}))
				}
			}},
	}
}

// Main does what this process's arguments ask for and returns the exit code.
func Main() int { return run(context.Background(), os.Args[1:], os.Stdout, os.Stderr) }

// run does what the arguments ask for and returns the exit code: 0 if it is done, 1 if
// that failed, 2 if the arguments are wrong.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		overview(stderr)
		return 2
	}
	name, args := args[0], args[1:]
	switch name {
	case "help", "-h", "-help", "--help":
		return help(args, stdout, stderr)
	case "--version":
		name = "version"
	}
	c, ok := find(name)
	if !ok {
		fmt.Fprintf(stderr, "parago: there is no command %q\n\n", name)
		overview(stderr)
		return 2
	}
	return c.run(ctx, args, stdout, stderr)
}

func (c command) run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	fs := newFlagSet(c)
	do := c.setup(fs)
	var err error
	var ignored []string
	if c.lenient {
		args, ignored = known(fs, args)
	}
	if !c.raw {
		args, err = parse(fs, args)
	}
	if c.lenient && len(args) > 1 {
		args, ignored = args[:1], append(ignored, args[1:]...)
	}
	if len(ignored) > 0 {
		fmt.Fprintf(stderr, "parago %s: ignored: %s\n", c.name, strings.Join(ignored, " "))
	}
	if err == nil {
		err = do(ctx, args)
	}
	usage := usageError("")
	code := exitCode(0)
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	case errors.Is(err, flag.ErrHelp):
		c.help(stdout)
		return 0
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "parago %s: %v\nusage: %s\n", c.name, err, c.usage())
		return 2
	case !errors.Is(err, errReported):
		fmt.Fprintf(stderr, "parago %s: %v\n", c.name, err)
	}
	return 1
}

// newFlagSet says nothing by itself: run tells the errors, and help the usage.
func newFlagSet(c command) *flag.FlagSet {
	fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	return fs
}

// parse takes flags from anywhere among the arguments and returns the others. After
// "--" nothing is a flag.
func parse(fs *flag.FlagSet, args []string) (rest []string, err error) {
	for {
		if err := fs.Parse(args); errors.Is(err, flag.ErrHelp) {
			return nil, err
		} else if err != nil {
			return nil, usageError(err.Error())
		}
		n := fs.NArg()
		if n == 0 {
			return rest, nil
		}
		if n < len(args) && args[len(args)-n-1] == "--" {
			return append(rest, fs.Args()...), nil
		}
		rest, args = append(rest, fs.Arg(0)), fs.Args()[1:]
	}
}

// known takes flags that fs does not have from among the arguments.
func known(fs *flag.FlagSet, args []string) (kept, ignored []string) {
	for i, a := range args {
		name := strings.TrimLeft(a, "-")
		name, _, _ = strings.Cut(name, "=")
		switch {
		case a == "--":
			return append(kept, args[i:]...), ignored
		case len(a) < 2 || a[0] != '-' || name == "h" || name == "help" || fs.Lookup(name) != nil:
			kept = append(kept, a)
		default:
			ignored = append(ignored, a)
		}
	}
	return kept, ignored
}

func find(name string) (command, bool) {
	for _, c := range commands() {
		if c.name == name {
			return c, true
		}
	}
	return command{}, false
}

func help(args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		overview(stdout)
		return 0
	}
	c, ok := find(args[0])
	if !ok {
		fmt.Fprintf(stderr, "parago help: there is no command %q\n", args[0])
		return 2
	}
	c.help(stdout)
	return 0
}

func overview(w io.Writer) {
	fmt.Fprint(w, "Parago runs Go in Jupyter notebooks, and its functions in parallel processes.\n\nusage: parago COMMAND [arguments]\n\n")
	for _, c := range append(commands(), command{name: "help", short: "say more about a command: parago help COMMAND"}) {
		if c.short != "" {
			fmt.Fprintf(w, "  %-10s %s\n", c.name, c.short)
		}
	}
}

func (c command) usage() string {
	return strings.TrimSpace("parago " + c.name + " " + c.args)
}

func (c command) help(w io.Writer) {
	fs := newFlagSet(c)
	c.setup(fs)
	fmt.Fprintf(w, "usage: %s\n\n%s\n", c.usage(), c.long)
	first := true
	fs.VisitAll(func(f *flag.Flag) {
		if first {
			fmt.Fprintln(w)
			first = false
		}
		value, text := flag.UnquoteUsage(f)
		fmt.Fprintf(w, "  %-18s %s\n", strings.TrimSpace(dashes(f.Name)+" "+value), text)
	})
}

func dashes(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}
