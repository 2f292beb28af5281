package lab

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parago/parago/notebooks"
	"github.com/parago/parago/tests/e2e"
	"github.com/parago/parago/tests/pyenv"
)

// runners are Jupyter's programs that run a notebook without a window. Each writes the
// executed notebook to out. What a process writes after its cell is over, they drop.
// (`parago run`, which keeps it, is tested in package notebooks.)
var runners = []struct {
	name    string
	command func(in *e2e.Installation, notebook, out string) *exec.Cmd
}{
	{"nbclient", func(in *e2e.Installation, notebook, out string) *exec.Cmd {
		return in.Command(pyenv.Script(in.Python, "jupyter-execute"), "--output="+strings.TrimSuffix(out, ".ipynb"), notebook)
	}},
	{"nbconvert", func(in *e2e.Installation, notebook, out string) *exec.Cmd {
		return in.Command(in.Python, "-m", "nbconvert", "--to", "notebook", "--execute", "--output", out, notebook)
	}},
	{"papermill", func(in *e2e.Installation, notebook, out string) *exec.Cmd {
		return in.Command(in.Python, "-m", "papermill", "--no-progress-bar", notebook, out)
	}},
}

// TestB10_notebooks runs our notebooks with Jupyter's programs and checks what they printed.
// Each notebook has one of the programs, and with PARAGO_LONG all of them.
func TestB10_notebooks(t *testing.T) {
	t.Parallel()
	in := e2e.Install(t)
	files, err := filepath.Glob(filepath.Join(in.Root, "notebooks", "*.ipynb"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no notebooks: %v", err)
	}
	for i, runner := range runners {
		for n, file := range files {
			if n%len(runners) != i && !e2e.Long() {
				continue
			}
			t.Run(runner.name+"/"+filepath.Base(file), func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				notebook := filepath.Join(dir, filepath.Base(file))
				copyFile(t, notebook, file)
				out := filepath.Join(dir, "executed.ipynb")
				cmd := runner.command(in, notebook, out)
				cmd.Dir = dir
				if text, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("%s: %v\n%s", strings.Join(cmd.Args, " "), err, text)
				}
				checkNotebook(t, out)
			})
		}
	}
}

// TestNotebookAsAPage converts an executed notebook, outputs and all.
func TestNotebookAsAPage(t *testing.T) {
	t.Parallel()
	in := e2e.Install(t)
	dir := t.TempDir()
	copyFile(t, filepath.Join(dir, "first.ipynb"), filepath.Join(in.Root, "notebooks", "01-first-pool.ipynb"))
	cmd := in.Command(in.Python, "-m", "nbconvert", "--to", "html", "--execute", filepath.Join(dir, "first.ipynb"))
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("nbconvert: %v\n%s", err, text)
	}
	page, err := os.ReadFile(filepath.Join(dir, "first.html"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), "[ACCRA BERGEN CUSCO DAKAR ESBJERG FUKUOKA GOA HOBART]") {
		t.Error("the page lacks the outputs of the first notebook")
	}
}

func checkNotebook(t *testing.T, file string) {
	t.Helper()
	nb, err := notebooks.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(nb.Cells, func(c *notebooks.Cell) bool { return c.Exercise() != "" }) {
		t.Logf("%s has no exercises; that it ran is all there is to check", filepath.Base(file))
		return
	}
	if err := notebooks.Check(nb, notebooks.CheckOptions{}); err != nil {
		t.Error(err)
	}
}

func copyFile(t *testing.T, to, from string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
