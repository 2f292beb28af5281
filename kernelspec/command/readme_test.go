package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parago/parago/notebooks"
)

// The Go of README.md runs, block by block, as the cells of one notebook, and prints
// what stands below each.
func TestReadme(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	nb := &notebooks.Notebook{}
	var want []string
	for i, part := range strings.Split(string(text), "```go\n")[1:] {
		source, rest, _ := strings.Cut(part, "```\n")
		answer, ok := strings.CutPrefix(rest, "```text\n")
		if !ok {
			t.Fatalf("block %d has no answer below it:\n%s", i+1, source)
		}
		answer, _, _ = strings.Cut(answer, "```\n")
		want = append(want, answer)
		nb.Cells = append(nb.Cells, &notebooks.Cell{Type: "code", ID: string(rune('a' + i)), Source: source})
	}
	if len(want) < 3 {
		t.Fatalf("README.md has %d blocks of Go", len(want))
	}
	dir := t.TempDir()
	in, out := filepath.Join(dir, "readme.ipynb"), filepath.Join(dir, "out.ipynb")
	if err := nb.Write(in); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := outcome(t, parago(t, "run", in, "-o", out)); code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
	}
	if nb, err = notebooks.Read(out); err != nil {
		t.Fatal(err)
	}
	for i, c := range nb.Cells {
		got := ""
		for _, o := range c.Outputs {
			got += o.Text
		}
		if got != want[i] {
			t.Errorf("block %d printed %q, want %q:\n%s", i+1, got, want[i], c.Source)
		}
	}
}
