package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/parago/parago/kernelspec"
)

func labCommand() command {
	return command{
		name: "lab", args: "[--setup] [--venv DIR] [JupyterLab's arguments]",
		short: "start JupyterLab with the Parago kernel",
		long: `Lab installs the kernel into a place of its own, under the user's cache, and starts
JupyterLab so that it sees it there; what is installed elsewhere stays as it is.
Arguments that are not lab's go to JupyterLab. Without a folder or a notebook among
them it opens notebooks, if the current folder has one, else the current folder.

JupyterLab is a Python program. Lab takes the one of --venv, else that of the
environment that an earlier --setup made, else the one on PATH.

  --setup            make a Python environment with JupyterLab first (needs python3
                     and the network; about 230 MB), in --venv's DIR or in the user's cache
  --venv DIR         the Python environment to use`,
		raw: true,
		setup: func(*flag.FlagSet) action {
			return func(ctx context.Context, args []string) error {
				l, err := parseLab(args)
				if err != nil {
					return err
				}
				return l.start(ctx)
			}
		},
	}
}

// A lab is a JupyterLab to be started.
type lab struct {
	setup bool
	venv  string
	args  []string // JupyterLab's
	cache string   // parago's folder in the user's cache
}

func parseLab(args []string) (*lab, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, fmt.Errorf("find a place for the kernel: %w", err)
	}
	l := &lab{cache: filepath.Join(cache, "parago")}
	for i := 0; i < len(args); i++ {
		name, value, hasValue := strings.Cut(strings.TrimPrefix(args[i], "-"), "=")
		switch {
		case args[i] == "--":
			l.args = append(l.args, args[i+1:]...)
			return l, nil
		case name == "h" || name == "-help":
			return nil, flag.ErrHelp
		case name == "-setup" && !hasValue:
			l.setup = true
		case name == "-venv" && hasValue:
			l.venv = value
		case name == "-venv" && i+1 < len(args):
			i++
			l.venv = args[i]
		case name == "-venv":
			return nil, usageError("--venv needs a folder")
		default:
			l.args = append(l.args, args[i])
		}
	}
	return l, nil
}

func (l *lab) start(ctx context.Context) error {
	program, err := l.jupyter(ctx)
	if err != nil {
		return err
	}
	data := filepath.Join(l.cache, "share", "jupyter")
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	spec := kernelspec.Spec{Binary: exe}
	wrote, err := spec.Install(data)
	if err != nil {
		return err
	}
	fmt.Printf("The kernel is in %s.\n", spec.Dir(data))
	if err := prepareToCompile(ctx, wrote[0], "", os.Stderr, false); err != nil {
		return err
	}
	args := append(program[1:], l.arguments()...)
	fmt.Printf("Starting %s %s\n", program[0], strings.Join(args, " "))
	cmd := exec.Command(program[0], args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), "JUPYTER_PATH="+joinPath(data, os.Getenv("JUPYTER_PATH")))
	return waitForLab(cmd)
}

// waitForLab runs JupyterLab to its end. Ctrl-C reaches it by itself, and it asks
// whether that is meant; a signal to end goes to it too.
func waitForLab(cmd *exec.Cmd) error {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start JupyterLab: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case s := <-signals:
			if s != os.Interrupt {
				cmd.Process.Signal(s)
			}
		case err := <-ended:
			return explainEnd(err)
		}
	}
}

func explainEnd(err error) error {
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return fmt.Errorf("JupyterLab ended with %v", exit)
	}
	return err
}

func joinPath(first, rest string) string {
	if rest == "" {
		return first
	}
	return first + string(os.PathListSeparator) + rest
}

// arguments adds the folder to open, if none of JupyterLab's arguments is one.
func (l *lab) arguments() []string {
	for _, a := range l.args {
		if _, err := os.Stat(a); err == nil || strings.Contains(a, "notebook-dir") || strings.Contains(a, "root_dir") {
			return l.args
		}
	}
	if info, err := os.Stat("notebooks"); err == nil && info.IsDir() {
		return append(l.args, "notebooks")
	}
	return l.args
}

// jupyter finds JupyterLab, or makes an environment with it if that was asked for.
func (l *lab) jupyter(ctx context.Context) ([]string, error) {
	venv := l.venv
	if venv == "" {
		venv = filepath.Join(l.cache, "venv")
	}
	if program := inVenv(venv, "jupyter-lab"); isFile(program) {
		return []string{program}, nil
	}
	if l.setup {
		return setUp(ctx, venv)
	}
	if l.venv != "" {
		return nil, fmt.Errorf("%s has no JupyterLab; parago lab --setup --venv %s installs it", l.venv, l.venv)
	}
	if program, ok := findJupyterLab(); ok {
		return program, nil
	}
	return nil, errors.New(howToGetJupyterLab)
}

// findJupyterLab looks on PATH.
func findJupyterLab() ([]string, bool) {
	if program, err := exec.LookPath("jupyter-lab"); err == nil && exec.Command(program, "--version").Run() == nil {
		return []string{program}, true
	}
	for _, python := range []string{"python3", "python"} {
		if exec.Command(python, "-c", "import jupyterlab").Run() == nil {
			return []string{python, "-m", "jupyterlab"}, true
		}
	}
	return nil, false
}

const howToGetJupyterLab = `there is no JupyterLab on this machine's PATH. Either let Parago make a Python
environment for it:

    parago lab --setup

or install it yourself and start again:

    python3 -m venv jupyter
    jupyter/bin/pip install jupyterlab
    parago lab --venv jupyter

Notebooks also run without it: parago run NOTEBOOK`

func setUp(ctx context.Context, venv string) ([]string, error) {
	python, err := exec.LookPath("python3")
	if err != nil {
		return nil, errors.New("--setup needs python3, which is not on PATH; install Python 3 first")
	}
	for _, step := range [][]string{
		{python, "-m", "venv", venv},
		{inVenv(venv, "python"), "-m", "pip", "install", "--disable-pip-version-check", "jupyterlab"},
	} {
		fmt.Println("Running", strings.Join(step, " "))
		cmd := exec.CommandContext(ctx, step[0], step[1:]...)
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		if err := cmd.Run(); err != nil {
			return nil, fmt.Errorf("set up JupyterLab in %s: %w", venv, err)
		}
	}
	return []string{inVenv(venv, "jupyter-lab")}, nil
}

func inVenv(venv, program string) string {
	if runtime.GOOS == "windows" {
		return filepath.Join(venv, "Scripts", program+".exe")
	}
	return filepath.Join(venv, "bin", program)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}
