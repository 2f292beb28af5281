package notebooks

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/parago/parago/interp/toolchain/toolchaintest"
)

// buildParago builds the program once for all tests. Its folder is TestMain's to remove.
var buildParago = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "parago-notebooks-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, "parago.exe") // the ending is for Windows, and does no harm elsewhere
	out, err := exec.Command("go", "build", "-o", path, "..").CombinedOutput()
	if err != nil {
		err = errors.Join(err, errors.New(string(out)), os.RemoveAll(folder))
	}
	return path, err
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := buildParago(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// parago returns a command of the built program, with a folder of its own for
// temporary files, which must be empty at the end.
func parago(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path, err := buildParago()
	if err != nil {
		t.Fatalf("build parago: %v", err)
	}
	tmp, err := os.MkdirTemp("", "nb") // short: sockets in it have paths of limited length
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if left, _ := filepath.Glob(filepath.Join(tmp, "*")); len(left) > 0 {
			t.Errorf("left in the temporary folder: %v", left)
		}
		os.RemoveAll(tmp)
	})
	cmd := exec.Command(path, args...)
	cmd.Env = append(os.Environ(), "TMPDIR="+tmp, "PARAGO_CACHE="+toolchaintest.Cache())
	return cmd
}

// Every notebook of this folder runs as a user runs it, and its exercises print what
// they may, on both engines. They run one after the other: each brings its own parallelism.
func TestExercises(t *testing.T) {
	for _, engine := range []string{"native", "interp"} {
		for _, path := range ours(t) {
			t.Run(engine+"/"+path, func(t *testing.T) {
				if engine == "native" {
					toolchaintest.Prepared(t)
				}
				runExercises(t, path, engine)
			})
		}
	}
}

func runExercises(t *testing.T, path, engine string) {
	out := filepath.Join(t.TempDir(), path)
	cmd := parago(t, "run", path, "-o", out, "--timeout", "60s")
	cmd.Env = append(cmd.Env, "PARAGO_ENGINE="+engine)
	printed, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	nb, err := Read(out)
	if err != nil {
		t.Fatal(err)
	}
	if err := Check(nb, CheckOptions{LateOutput: true}); err != nil {
		t.Errorf("%v\nprinted:\n%s", err, printed)
	}
}

func TestParametersReachTheCells(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "out.ipynb")
	path := write(t, "n := 1\nname := \"x\"", "fmt.Println(n+1, name)")
	printed, err := parago(t, "run", "-p", "n=41", "-p", "name=7", path, "-o", out).CombinedOutput()
	if err != nil || !strings.Contains(string(printed), "\n42 7\n") {
		t.Errorf("error %v, printed:\n%s", err, printed)
	}
	nb, err := Read(out)
	if err != nil || len(nb.Cells) != 3 || !nb.Cells[1].Tagged("injected-parameters") {
		t.Errorf("error %v, cells %+v", err, nb)
	}
}

func TestAFailedCellEndsTheRun(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, source, want string }{
		{"with a panic", "var xs []int\nxs[3] = 1", "index out of range"},
		{"with what does not compile", "undefinedName + 1", "undefinedName"},
		{"with a time limit", "for {\n}", "more than 2s"},
		{"with os.Exit", "os.Exit(3)", "os.Exit(3) was called"},
		{"with the end of its process", "syscall.Kill(os.Getpid(), syscall.SIGKILL)\nselect {}", "SessionDied"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			out := filepath.Join(t.TempDir(), "out.ipynb")
			var stderr bytes.Buffer
			cmd := parago(t, "run", write(t, "before := 1", test.source, "fmt.Println(\"never printed\")"), "-o", out, "--timeout", "2s")
			cmd.Stderr = &stderr
			printed, err := cmd.Output()
			if cmd.ProcessState.ExitCode() != 1 || strings.Contains(string(printed), "\nnever printed\n") {
				t.Errorf("error %v, printed:\n%s", err, printed)
			}
			for _, want := range []string{"cell 2 (In [2]) failed: ", test.want, "the code cell after it was not run"} {
				if !strings.Contains(stderr.String(), want) {
					t.Errorf("stderr is %q, want %q in it", stderr.String(), want)
				}
			}
			if nb, err := Read(out); err != nil || nb.Cells[2].Count != 0 {
				t.Errorf("what was written: error %v, %+v", err, nb)
			}
		})
	}
}

// write makes a notebook of code cells, the first tagged parameters.
func write(t *testing.T, sources ...string) string {
	t.Helper()
	nb := &Notebook{}
	for i, s := range sources {
		nb.Cells = append(nb.Cells, &Cell{Type: "code", ID: string(rune('a' + i)), Source: s})
	}
	nb.Cells[0].Metadata = map[string]any{"tags": []any{"parameters"}}
	path := filepath.Join(t.TempDir(), "in.ipynb")
	if err := nb.Write(path); err != nil {
		t.Fatal(err)
	}
	return path
}
