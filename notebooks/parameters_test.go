package notebooks

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestParameterize reads testdata/parameters.txt: cases that are separated by lines of
// "---". Each is a parameters cell, "== " with the values, and what is injected.
func TestParameterize(t *testing.T) {
	t.Parallel()
	file := filepath.Join("testdata", "parameters.txt")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range strings.Split(string(data), "---\n") {
		source, rest, _ := strings.Cut(c, "== ")
		args, _, _ := strings.Cut(rest, "\n")
		got = append(got, fmt.Sprintf("%s== %s\n%s", source, args, injected(source, args)))
	}
	all := strings.Join(got, "---\n")
	if *update {
		if err := os.WriteFile(file, []byte(all), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if all != string(data) {
		t.Errorf("got:\n%s\nwant:\n%s", all, data)
	}
}

func injected(source, args string) string {
	nb := &Notebook{Cells: []*Cell{
		{Type: "code", ID: "p", Source: source, Metadata: map[string]any{"tags": []any{"parameters"}}},
		{Type: "code", ID: "last"},
	}}
	values := map[string]string{}
	for _, arg := range strings.Split(args, "; ") {
		k, v, _ := strings.Cut(arg, "=")
		values[k] = v
	}
	unknown, err := Parameterize(nb, values)
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	out := nb.Cells[1].Source + "\n"
	if len(unknown) > 0 {
		out += fmt.Sprintf("unknown: %v\n", unknown)
	}
	return out
}

func TestParameterizePutsTheCellWherePapermillDoes(t *testing.T) {
	t.Parallel()
	nb := &Notebook{Cells: []*Cell{{Type: "markdown", ID: "m"}, {Type: "code", ID: "c"}}}
	order := func() (ids []string) {
		for _, c := range nb.Cells {
			ids = append(ids, c.ID)
		}
		return ids
	}
	for _, want := range []string{"[injected-parameters m c]", "[injected-parameters m c]"} {
		if _, err := Parameterize(nb, map[string]string{"n": "1"}); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(order()); got != want {
			t.Errorf("cells %s, want %s", got, want)
		}
	}
	if !nb.Cells[0].Tagged("injected-parameters") || nb.Cells[0].Source != "// Parameters\nn := 1" {
		t.Errorf("injected %+v", nb.Cells[0])
	}
}
