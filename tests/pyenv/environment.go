package pyenv

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// An environment is a folder with a virtual environment in it.
type environment struct {
	dir          string // absolute; scripts inside name it, so it is built where it stays
	system       string // the interpreter it is made with
	requirements string
}

// rememberFailure is how long a failure stands for the tests that follow, so that a machine
// without network waits for it once and not once a test.
const rememberFailure = 2 * time.Minute

// prepare returns the environment's interpreter, and makes the environment if it is not complete.
func (e environment) prepare() (string, error) {
	if e.complete() {
		return e.python(), nil
	}
	unlock, err := Lock(e.dir + ".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	if e.complete() {
		return e.python(), nil
	}
	if err := e.recentFailure(); err != nil {
		return "", err
	}
	if err := e.build(); err != nil {
		return "", errors.Join(err, os.WriteFile(e.dir+".failed", []byte(err.Error()), 0o644))
	}
	return e.python(), os.WriteFile(e.marker(), nil, 0o644)
}

func (e environment) marker() string { return filepath.Join(e.dir, "complete") }

func (e environment) complete() bool {
	_, err := os.Stat(e.marker())
	return err == nil
}

func (e environment) recentFailure() error {
	note, err := os.Stat(e.dir + ".failed")
	if err != nil || time.Since(note.ModTime()) > rememberFailure {
		return nil
	}
	text, err := os.ReadFile(e.dir + ".failed")
	if err != nil {
		return nil
	}
	return errors.New(string(text))
}

func (e environment) python() string {
	if runtime.GOOS == "windows" {
		return filepath.Join(e.dir, "Scripts", "python.exe")
	}
	return filepath.Join(e.dir, "bin", "python")
}

func (e environment) build() error {
	pip, err := e.create()
	if err != nil {
		return err
	}
	file := filepath.Join(e.dir, "requirements.txt")
	if err := os.WriteFile(file, []byte(e.requirements), 0o644); err != nil {
		return fmt.Errorf("writing the requirements: %w", err)
	}
	install := append(pip, "install", "--quiet", "--disable-pip-version-check", "--no-input", "--requirement", file)
	if err := run(install...); err != nil {
		return fmt.Errorf("installing from PyPI: %w", err)
	}
	return nil
}

// create makes the bare environment and returns the pip command that installs into it.
// Some systems ship venv without ensurepip; virtualenv or a pip outside can step in.
func (e environment) create() (pip []string, err error) {
	own := []string{e.python(), "-m", "pip"}
	ways := []struct{ make, pip []string }{
		{[]string{e.system, "-m", "venv", e.dir}, own},
		{[]string{e.system, "-m", "virtualenv", e.dir}, own},
		{[]string{e.system, "-m", "venv", "--without-pip", e.dir}, []string{e.system, "-m", "pip", "--python", e.python()}},
	}
	var failures []error
	for _, way := range ways {
		if err := os.RemoveAll(e.dir); err != nil {
			return nil, fmt.Errorf("removing an unfinished environment: %w", err)
		}
		err := run(way.make...)
		if err == nil {
			err = run(append(way.pip, "--version")...)
		}
		if err == nil {
			return way.pip, nil
		}
		failures = append(failures, err)
	}
	return nil, fmt.Errorf("making a virtual environment needs Python's venv with ensurepip (package python3-venv on Debian), virtualenv, or pip: %w", errors.Join(failures...))
}

func run(command ...string) error {
	out, err := exec.Command(command[0], command[1:]...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(command, " "), err, out)
	}
	return nil
}
