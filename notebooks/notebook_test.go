package notebooks

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What Jupyter saves and what Encode writes are the same bytes, so that running a
// notebook changes only its outputs.
func TestOurNotebooksAreWrittenAsTheyAreRead(t *testing.T) {
	t.Parallel()
	for _, path := range append(ours(t), "testdata/outputs.ipynb") {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		nb, err := Parse(data)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if got := nb.Encode(); !bytes.Equal(got, data) {
			t.Errorf("%s changes when it is written:\n%s", path, got)
		}
	}
}

func TestOurNotebooksAreStoredWithoutOutputsAndWithTheKernelsName(t *testing.T) {
	t.Parallel()
	for _, path := range ours(t) {
		nb, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		spec, _ := nb.Metadata["kernelspec"].(map[string]any)
		if spec["name"] != "parago" || spec["language"] != "go" {
			t.Errorf("%s: kernelspec %v", path, spec)
		}
		for i, c := range nb.Cells {
			if c.Count != 0 || len(c.Outputs) > 0 {
				t.Errorf("%s: cell %d is stored with what it printed", path, i+1)
			}
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, in, want string }{
		{"empty file", "", "not a notebook: EOF"},
		{"not JSON", "{\n\"cells\": [\n}", "not a notebook: line 3: invalid character"},
		{"other JSON", `{"a": 1}`, "it has no nbformat"},
		{"a list", `[]`, "not a notebook"},
		{"an old format", `{"nbformat": 3, "worksheets": []}`, "nbformat 3 is not supported"},
		{"an unknown cell", `{"nbformat": 4, "cells": [{"cell_type": "markdown"}, {"cell_type": "x"}]}`, `cell 2: unknown cell type "x"`},
		{"an unknown output", `{"nbformat": 4, "cells": [{"cell_type": "code", "outputs": [{"output_type": "pyout"}]}]}`, `cell 1: output 1: unknown output type "pyout"`},
		{"an id that stands twice", `{"nbformat": 4, "cells": [{"cell_type": "raw", "id": "a"}, {"cell_type": "raw", "id": "a"}]}`, `cells 1 and 2 have the same id "a"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse([]byte(test.in))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

func TestParseBringsOlderNotebooksTo45(t *testing.T) {
	t.Parallel()
	nb, err := Parse([]byte(`{"nbformat": 4, "nbformat_minor": 2, "cells": [{"cell_type": "code", "source": "a\nb", "execution_count": null}]}`))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": null,
   "id": "cell-1",
   "metadata": {},
   "outputs": [],
   "source": [
    "a\n",
    "b"
   ]
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
`
	if got := string(nb.Encode()); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestWriteReplacesTheFileAndSaysWhereItFails(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.ipynb")
	nb := &Notebook{Cells: []*Cell{{Type: "raw", ID: "a", Source: "x"}}}
	for range 2 {
		if err := nb.Write(path); err != nil {
			t.Fatal(err)
		}
	}
	back, err := Read(path)
	if err != nil || back.Cells[0].Source != "x" {
		t.Errorf("read back %+v, error %v", back, err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	err = nb.Write(filepath.Join(t.TempDir(), "no", "b.ipynb"))
	if err == nil || !strings.Contains(err.Error(), "b.ipynb") {
		t.Errorf("error %v", err)
	}
}
