package kernelspec_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/parago/parago/kernelspec"
)

var update = flag.Bool("update", false, "rewrite the answers in testdata")

// TestScripts runs testdata/*.txt: lines that start with "$ " are commands, the lines
// below each are its answer. The commands are those of the table in world.run. Each
// script has an empty home, written ~, on a made-up system.
func TestScripts(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("testdata/*.txt")
	if len(files) == 0 {
		t.Fatal("no scripts in testdata")
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			runScript(t, file)
		})
	}
}

func runScript(t *testing.T, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	var got strings.Builder
	for line := range strings.Lines(string(data)) {
		switch {
		case strings.HasPrefix(line, "$ "):
			got.WriteString(line)
			got.WriteString(w.run(strings.Fields(line)[1:]))
		case strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "":
			got.WriteString(line)
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got.String() != string(data) {
		t.Errorf("%s\ngot:\n%s\nwant:\n%s", file, &got, data)
	}
}

// A world is the machine that a script sees.
type world struct {
	home   string
	env    map[string]string
	python string // sys.prefix; "" if there is no Python
	goos   string
}

func newWorld(t *testing.T) *world {
	home, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return &world{home: home, env: map[string]string{}, goos: "linux"}
}

func (w *world) system() kernelspec.System {
	return kernelspec.System{
		GOOS: w.goos, Home: w.home,
		Getenv: func(k string) string { return w.env[k] },
		PythonPrefix: func() (string, error) {
			if w.python == "" {
				return "", errors.New("no python3 on PATH")
			}
			return w.python, nil
		},
	}
}

// run does one command and returns its answer, with the home written as ~.
func (w *world) run(args []string) string {
	commands := map[string]func([]string) (string, error){
		"os":        func(a []string) (string, error) { w.goos = a[0]; return "", nil },
		"python":    func(a []string) (string, error) { w.python = w.path(a[0]); return "", nil },
		"env":       w.setenv,
		"dirs":      func([]string) (string, error) { return lines(w.system().DataDirs()), nil },
		"write":     w.write,
		"cat":       w.cat,
		"ls":        w.ls,
		"hold":      w.hold,
		"install":   w.spec(kernelspec.Spec.Install),
		"uninstall": w.spec(kernelspec.Spec.Uninstall),
		"find":      w.find,
	}
	out, err := commands[args[0]](args[1:])
	if err != nil {
		out += "error: " + err.Error() + "\n"
	}
	return strings.ReplaceAll(out, w.home, "~")
}

func (w *world) path(p string) string { return strings.Replace(p, "~", w.home, 1) }

func (w *world) setenv(args []string) (string, error) {
	k, v, _ := strings.Cut(args[0], "=")
	w.env[k] = w.path(v)
	return "", nil
}

func (w *world) write(args []string) (string, error) {
	p := w.path(args[0])
	if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
		return "", err
	}
	return "", os.WriteFile(p, []byte(strings.Join(args[1:], " ")+"\n"), 0o644)
}

func (w *world) cat(args []string) (string, error) {
	data, err := os.ReadFile(w.path(args[0]))
	return string(data), err
}

func (w *world) ls(args []string) (string, error) {
	var found []string
	err := filepath.Walk(w.path(args[0]), func(p string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			found = append(found, fmt.Sprintf("%s %s", info.Mode().Perm(), p))
		}
		return err
	})
	sort.Strings(found)
	return lines(found), err
}

// hold opens a file, installs, and shows what the open file still says.
func (w *world) hold(args []string) (string, error) {
	f, err := os.Open(w.path(args[0]))
	if err != nil {
		return "", err
	}
	defer f.Close()
	out := w.run(args[1:])
	b := make([]byte, 100)
	n, err := f.Read(b)
	return out + "held: " + string(b[:n]), err
}

func (w *world) spec(do func(kernelspec.Spec, string) ([]string, error)) func([]string) (string, error) {
	return func(args []string) (string, error) {
		var spec kernelspec.Spec
		var where kernelspec.Location
		fs := flag.NewFlagSet("", flag.ContinueOnError)
		fs.StringVar(&spec.Name, "name", "", "")
		fs.StringVar(&where.Prefix, "prefix", "", "")
		fs.BoolVar(&where.SysPrefix, "sys-prefix", false, "")
		fs.StringVar(&spec.Binary, "binary", "~/parago", "")
		if err := fs.Parse(args); err != nil {
			return "", err
		}
		spec.Binary = w.path(spec.Binary)
		where.Prefix = w.path(where.Prefix)
		dir, err := where.DataDir(w.system())
		if err != nil {
			return "", err
		}
		files, err := do(spec, dir)
		return lines(files), err
	}
}

func (w *world) find([]string) (string, error) {
	var out string
	for _, k := range kernelspec.Find(w.system().DataDirs()) {
		out += fmt.Sprintf("%s %q runs %s\n", k.Name, k.DisplayName, k.Binary)
	}
	return out, nil
}

func lines(s []string) string {
	if len(s) == 0 {
		return ""
	}
	return strings.Join(s, "\n") + "\n"
}
