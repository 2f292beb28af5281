package tests

import (
	"io/fs"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// topLevel is what may stand at the top of the source tree.
var topLevel = []string{
	".ci", ".gitattributes", ".github", ".gitignore", ".gitlab-ci.yml",
	"LICENSE", "README.md", "go.mod", "go.sum", "main.go",
	"docs", "kernel", "interp", "procpool", "kernelspec", "notebooks", "tests",
}

// machine matches what belongs to one machine: folders of one user or one workplace, and
// hosts of registries, which each user sets for herself.
var machine = regexp.MustCompile(strings.Join([]string{
	`(^|[^\w.~-])/(work|root)/`,
	`proxy\.golang\.` + `org`, `pypi\.` + `org`, `pythonhosted\.` + `org`, `registry\.npmjs\.` + `org`, `deb\.debian\.` + `org`,
	`sum\.golang\.` + `org`, `repo\.maven\.` + `apache\.org`, `crates\.` + `io`,
}, "|"))

func TestTopLevelHoldsOnlyWhatIsKnown(t *testing.T) {
	t.Parallel()
	for _, file := range tracked(t) {
		top, _, _ := strings.Cut(file, "/")
		if !slices.Contains(topLevel, top) {
			t.Errorf("%s: the top level has no place for %s (see topLevel in tests/tree_test.go)", file, top)
		}
	}
}

func TestNothingNamesOneMachine(t *testing.T) {
	t.Parallel()
	for _, file := range tracked(t) {
		data, err := os.ReadFile(filepath.Join(root(t), file))
		if os.IsNotExist(err) || file == "tests/tree_test.go" {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for n, line := range strings.Split(string(data), "\n") {
			if found := machine.FindString(line); found != "" {
				t.Errorf("%s:%d names %q", file, n+1, found)
			}
		}
	}
}

func TestMachinePattern(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"cd " + "/work/main":            true,
		"/" + "root/.cache":             true,
		"https://" + "pypi." + "org/x":  true,
		"a/work/b":                      false,
		"https://example.com/root/page": false,
		"network/":                      false,
	} {
		if got := machine.MatchString(text); got != want {
			t.Errorf("%q: matched %v, want %v", text, got, want)
		}
	}
}

// tracked lists the files of the source tree, as git knows them or, in a tree without git, as they lie there.
func tracked(t *testing.T) []string {
	t.Helper()
	out, err := exec.Command("git", "-C", root(t), "ls-files", "-z").Output()
	if err == nil {
		return strings.Split(strings.TrimRight(string(out), "\x00"), "\x00")
	}
	var files []string
	err = filepath.WalkDir(root(t), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(root(t), path)
			files = append(files, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// sources yields the Go files of the tree with slashes, those of testdata left out.
func sources(t *testing.T, dir string) iter.Seq[string] {
	return func(yield func(string) bool) {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			name := d.Name()
			if d.IsDir() && path != dir && (name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")) {
				return fs.SkipDir
			}
			rel, err := filepath.Rel(dir, path)
			if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
				return err
			}
			if !yield(filepath.ToSlash(rel)) {
				return fs.SkipAll
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
