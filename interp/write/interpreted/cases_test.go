package interpreted_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A textCase is one case of a file in testdata, see testdata/README.md.
type textCase struct {
	name  string
	cells []string
	want  string
}

func readCases(t testing.TB, file string) []textCase {
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []textCase
	for _, part := range strings.Split("\n"+string(b), "\n== ")[1:] {
		head, rest, _ := strings.Cut(part, "\n")
		name, _, _ := strings.Cut(head, " |")
		src, want, ok := strings.Cut(rest, "\n>>")
		if !ok {
			src, want, ok = strings.Cut("\n"+rest, "\n>>")
		}
		if !ok {
			t.Fatalf("%s: case %s has no >>", file, name)
		}
		out = append(out, textCase{name, strings.Split(src, "\n--\n"), strings.TrimPrefix(want, "\n")})
	}
	return out
}

func squeeze(s string) string {
	var lines []string
	for _, l := range strings.Split(strings.TrimSpace(s), "\n") {
		lines = append(lines, strings.TrimRight(l, " "))
	}
	return strings.Join(lines, "\n")
}

// TestCases runs testdata through parse, check, lower and the interpreter.
func TestCases(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("testdata/*.txt")
	if f := os.Getenv("LOWER_TEST_FILE"); f != "" {
		files = []string{f}
	}
	if len(files) == 0 {
		t.Fatal("no cases")
	}
	for _, file := range files {
		for _, c := range readCases(t, file) {
			t.Run(filepath.Base(file)+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				out, failed := run(t, c.cells)
				compare(t, c, out, failed)
			})
		}
	}
}

func compare(t *testing.T, c textCase, out, failed string) {
	if msg, ok := strings.CutPrefix(squeeze(c.want), "ERR"); ok {
		if failed == "" || !strings.Contains(failed, strings.TrimSpace(msg)) {
			t.Errorf("printed %q and failed with %q, want a failure with %q", out, failed, strings.TrimSpace(msg))
		}
		return
	}
	if failed != "" {
		t.Errorf("printed %q and failed: %s", out, failed)
	} else if squeeze(out) != squeeze(c.want) {
		t.Errorf("printed\n%s\nwant\n%s", out, c.want)
	}
}
