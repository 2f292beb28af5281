package gotest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"go/build/constraint"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// Folders are those of GOROOT/test whose programs count; "." is the top level.
func Folders() []string {
	return []string{".", "chan", "ken", "interface", "typeparam", "fixedbugs"}
}

// A Program is a file of GOROOT/test that is compiled and run by itself.
type Program struct {
	Folder string
	Name   string // with its folder: chan/sieve1.go
	Source string
	Want   string // all that it prints
}

// Read lists the programs of a folder: the files whose first line is "// run" and nothing
// else (what comes behind it are arguments of the toolchain), and whose constraints hold.
func Read(root, folder string) ([]Program, error) {
	files, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
	if err != nil {
		return nil, err
	}
	var all []Program
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if !runs(string(source)) {
			continue
		}
		want, err := os.ReadFile(strings.TrimSuffix(file, ".go") + ".out")
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		name := path.Join(folder, filepath.Base(file))
		all = append(all, Program{folder, name, string(source), string(want)})
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no programs in %s", filepath.Join(root, folder))
	}
	return all, nil
}

func runs(source string) bool {
	first, _, _ := strings.Cut(source, "\n")
	if strings.TrimSpace(first) != "// run" {
		return false
	}
	header, _, _ := strings.Cut(source, "\npackage")
	for line := range strings.Lines(header) {
		if expr, err := constraint.Parse(strings.TrimSpace(line)); err == nil && !expr.Eval(holds) {
			return false
		}
	}
	return true
}

// holds reports whether a build tag does. The tag of a release before this one does:
// programs are as old as their toolchain or older.
func holds(tag string) bool {
	unix := runtime.GOOS != "windows" && runtime.GOOS != "plan9" && runtime.GOOS != "js" && runtime.GOOS != "wasip1"
	return slices.Contains([]string{"gc", "cgo", "test_run", runtime.GOOS, runtime.GOARCH}, tag) ||
		tag == "unix" && unix || strings.HasPrefix(tag, "go1.")
}

// Sample picks some of the programs, at least one in every so many: always the same ones,
// spread by a hash of their names, so that a new program does not move the others.
func Sample(programs []Program, every int) []Program {
	sorted := slices.SortedFunc(slices.Values(programs), func(a, b Program) int {
		return strings.Compare(mixed(a.Name), mixed(b.Name))
	})
	return sorted[:(len(sorted)+every-1)/every]
}

func mixed(name string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(name))) }
