package celltest

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var (
	update = flag.Bool("update", false, "rewrite the answers in testdata that are not what is expected")
	others = flag.String("cells", "", "run the cases of these files (a pattern) in place of the test's own")
)

// Run runs each case of the files that fit the pattern as a subtest, "file/name". With -update
// the files are written anew when all their cases have run, also those in parallel.
func Run(t *testing.T, pattern string, run func(t *testing.T, c *Case)) {
	t.Helper()
	for _, f := range Files(t, pattern) {
		t.Run(strings.TrimSuffix(filepath.Base(f.Path), filepath.Ext(f.Path)), func(t *testing.T) {
			t.Cleanup(func() { f.save(t) })
			for _, c := range f.Cases {
				t.Run(c.Name, func(t *testing.T) { run(t, c) })
			}
		})
	}
}

// Files reads the files that fit the pattern, or those of the flag -cells.
func Files(t testing.TB, pattern string) (all []*File) {
	t.Helper()
	if *others != "" {
		pattern = *others
	}
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases in %s: %v", pattern, err)
	}
	for _, path := range paths {
		f, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, f)
	}
	return all
}

// Updating reports whether answers are rewritten, for tests that keep theirs in another form.
func Updating() bool { return *update }

func (f *File) save(t testing.TB) {
	if !*update {
		return
	}
	if err := os.WriteFile(f.Path, []byte(f.String()), 0o644); err != nil {
		t.Error(err)
	}
}

// Marked reports whether the case's name has a mark.
func (c *Case) Marked(mark string) bool { return slices.Contains(c.Marks, mark) }

// Go is the oldest Go that the case needs, as its mark has it: "go1.27". It is empty if any will do.
func (c *Case) Go() string {
	i := slices.IndexFunc(c.Marks, func(m string) bool { return strings.HasPrefix(m, "go1.") })
	if i < 0 {
		return ""
	}
	return c.Marks[i]
}

// interrupt is the line of an answer at which the cell is interrupted.
const interrupt = "^C"

// Interrupted reports whether the cell is to be interrupted, and what it has printed then.
func (cell *Cell) Interrupted() (printed string, yes bool) {
	lines := strings.Split(cell.Want, "\n")
	i := slices.Index(lines, interrupt)
	if i < 0 {
		return "", false
	}
	return strings.Join(append(lines[:i:i], ""), "\n"), true
}

// Expect compares the answer to a cell with the one that the file has. A last newline does not
// count. With -update the first answer that differs is kept, and later ones must be the same.
func (c *Case) Expect(t testing.TB, cell *Cell, got string) {
	t.Helper()
	if got = strings.TrimRight(got, "\n"); got == nothing {
		got = ""
	}
	want := cell.answer()
	switch {
	case matches(want, got):
	case *update && cell.got == nil:
		cell.got = &got
	default:
		t.Errorf("%s:%d:\n%s\nanswers\n%s\nand should answer\n%s", c.file, cell.Line, cell.Source, writeAnswer(got), writeAnswer(want))
	}
}

// answer is the one to keep in the file.
func (cell *Cell) answer() string {
	if cell.got != nil {
		return *cell.got
	}
	return cell.Want
}
