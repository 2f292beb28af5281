package command

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/parago/parago/kernelspec"
)

// A target is where install and uninstall work, as flags say it.
type target struct {
	user bool
	kernelspec.Location
	name string
}

func (t *target) flags(fs *flag.FlagSet) {
	fs.BoolVar(&t.user, "user", false, "for this user (the default)")
	fs.BoolVar(&t.SysPrefix, "sys-prefix", false, "for the active Python environment: virtualenv, conda, else python3's")
	fs.StringVar(&t.Prefix, "prefix", "", "under `DIR`/share/jupyter")
	fs.StringVar(&t.name, "name", kernelspec.DefaultName, "the kernel's `NAME` in Jupyter")
}

// dataDir is the Jupyter data directory that the flags ask for.
func (t *target) dataDir(args []string) (string, error) {
	if len(args) > 0 {
		return "", usageError(fmt.Sprintf("unexpected argument %q", args[0]))
	}
	places := 0
	for _, asked := range []bool{t.user, t.SysPrefix, t.Prefix != ""} {
		if asked {
			places++
		}
	}
	if places > 1 {
		return "", usageError("only one of --user, --sys-prefix and --prefix can be given")
	}
	return t.DataDir(kernelspec.ThisSystem())
}

func installCommand() command {
	return command{
		name: "install", args: "[--user | --sys-prefix | --prefix DIR] [--name NAME]",
		short: "install the kernel for Jupyter",
		long: `Install copies this program and its kernelspec to where Jupyter looks for kernels,
and says which files it has written. Installing again is an upgrade: kernels that
run go on with the program that they were started from.

Where there is a Go toolchain, it also builds the program that runs compiled cells,
and compiles the standard library, which takes a minute the first time. PARAGO_ENGINE=interp leaves that out.`,
		setup: func(fs *flag.FlagSet) action {
			var t target
			t.flags(fs)
			return func(ctx context.Context, args []string) error { return install(ctx, t, args) }
		},
	}
}

func install(ctx context.Context, t target, args []string) error {
	dir, err := t.dataDir(args)
	if err != nil {
		return err
	}
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	wrote, err := kernelspec.Spec{Name: t.name, Binary: exe}.Install(dir)
	for _, path := range wrote {
		fmt.Println("wrote", path)
	}
	if err != nil {
		return err
	}
	fmt.Printf("Jupyter now has the kernel %s, shown as Go (Parago).\n", t.name)
	warnIfHidden(dir)
	return prepareToCompile(ctx, wrote[0], "", os.Stderr, true) // the copy comes first
}

// warnIfHidden says so if Jupyter does not look at a data directory by itself.
func warnIfHidden(dir string) {
	for _, d := range kernelspec.ThisSystem().DataDirs() {
		if d == dir {
			return
		}
	}
	fmt.Printf("Jupyter may not look there by itself. If not: export JUPYTER_PATH=%s\n", filepath.Clean(dir))
}

func uninstallCommand() command {
	return command{
		name: "uninstall", args: "[--user | --sys-prefix | --prefix DIR] [--name NAME]",
		short: "remove the kernel from Jupyter",
		long: `Uninstall removes the files that install has written to the same place, and says
which. It touches no other files and no other kernels.`,
		setup: func(fs *flag.FlagSet) action {
			var t target
			t.flags(fs)
			return func(_ context.Context, args []string) error { return uninstall(t, args) }
		},
	}
}

func uninstall(t target, args []string) error {
	dir, err := t.dataDir(args)
	if err != nil {
		return err
	}
	spec := kernelspec.Spec{Name: t.name}
	removed, err := spec.Uninstall(dir)
	if err == nil {
		var more []string
		more, err = removeHosts(spec.Dir(dir))
		removed = append(removed, more...)
	}
	for _, path := range removed {
		fmt.Println("removed", path)
	}
	return err
}
