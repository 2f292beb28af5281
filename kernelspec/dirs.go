package kernelspec

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// A System is what the install locations depend on. ThisSystem fills it in; tests
// make up their own.
type System struct {
	GOOS   string
	Home   string
	Getenv func(string) string
	// PythonPrefix asks the Python on PATH for its sys.prefix.
	PythonPrefix func() (string, error)
}

// ThisSystem describes the machine and the environment of this process.
func ThisSystem() System {
	home, err := os.UserHomeDir()
	if err != nil {
		home = string(filepath.Separator)
	}
	if real, err := filepath.EvalSymlinks(home); err == nil {
		home = real // as jupyter_core resolves it
	}
	return System{GOOS: runtime.GOOS, Home: home, Getenv: os.Getenv, PythonPrefix: pythonPrefix}
}

func pythonPrefix() (string, error) {
	for _, python := range []string{"python3", "python"} {
		out, err := exec.Command(python, "-c", "import sys; print(sys.prefix)").Output()
		if err == nil {
			return strings.TrimSpace(string(out)), nil
		}
	}
	return "", errors.New("no python3 on PATH")
}

// A Location is a place to install to. At most one field is set; the zero value is
// the user's own data directory.
type Location struct {
	SysPrefix bool   // the active Python environment: virtualenv, conda, else python3's sys.prefix
	Prefix    string // Prefix/share/jupyter
}

// DataDir is the Jupyter data directory of the location, as jupyter_core computes it.
func (l Location) DataDir(s System) (string, error) {
	switch {
	case l.SysPrefix && l.Prefix != "":
		return "", errors.New("a system prefix and a prefix exclude each other")
	case l.Prefix != "":
		prefix, err := filepath.Abs(l.Prefix)
		return filepath.Join(prefix, "share", "jupyter"), err
	case l.SysPrefix:
		prefix, err := s.sysPrefix()
		return filepath.Join(prefix, "share", "jupyter"), err
	}
	return s.UserDataDir(), nil
}

func (s System) sysPrefix() (string, error) {
	for _, v := range []string{"VIRTUAL_ENV", "CONDA_PREFIX"} {
		if p := s.Getenv(v); p != "" {
			return p, nil
		}
	}
	p, err := s.PythonPrefix()
	if err != nil {
		return "", fmt.Errorf("find the active Python environment: %w; activate one, or install for the user or under a prefix", err)
	}
	return p, nil
}

// UserDataDir is jupyter_core's jupyter_data_dir().
func (s System) UserDataDir() string {
	if d := s.Getenv("JUPYTER_DATA_DIR"); d != "" {
		return d
	}
	platform := s.isSet("JUPYTER_PLATFORM_DIRS")
	switch s.GOOS {
	case "darwin":
		if platform {
			return filepath.Join(s.Home, "Library", "Application Support", "Jupyter")
		}
		return filepath.Join(s.Home, "Library", "Jupyter")
	case "windows":
		if local := s.Getenv("LOCALAPPDATA"); platform && local != "" {
			return filepath.Join(local, "Jupyter")
		}
		if app := s.Getenv("APPDATA"); app != "" {
			return filepath.Join(app, "jupyter")
		}
		return filepath.Join(s.configDir(), "data")
	}
	if xdg := s.Getenv("XDG_DATA_HOME"); xdg != "" {
		return filepath.Join(xdg, "jupyter")
	}
	return filepath.Join(s.Home, ".local", "share", "jupyter")
}

func (s System) configDir() string {
	if d := s.Getenv("JUPYTER_CONFIG_DIR"); d != "" {
		return d
	}
	return filepath.Join(s.Home, ".jupyter")
}

// isSet is jupyter_core's envset: set, and to none of the words for no.
func (s System) isSet(name string) bool {
	switch strings.ToLower(s.Getenv(name)) {
	case "", "no", "n", "false", "off", "0", "0.0":
		return false
	}
	return true
}

// DataDirs lists where Jupyter looks for kernels: JUPYTER_PATH, the user's directory,
// the active Python environment's, the machine's. Each directory stands once.
func (s System) DataDirs() []string {
	var dirs []string
	seen := map[string]bool{"": true}
	add := func(ds ...string) {
		for _, d := range ds {
			if !seen[d] {
				seen[d] = true
				dirs = append(dirs, d)
			}
		}
	}
	add(filepath.SplitList(s.Getenv("JUPYTER_PATH"))...)
	add(s.UserDataDir())
	if p, err := s.sysPrefix(); err == nil {
		add(filepath.Join(p, "share", "jupyter"))
	}
	if s.GOOS == "windows" {
		if p := s.Getenv("PROGRAMDATA"); p != "" {
			add(filepath.Join(p, "jupyter"))
		}
		return dirs
	}
	add("/usr/local/share/jupyter", "/usr/share/jupyter")
	return dirs
}
