package gotest

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/parago/parago/interp/runner"
	"github.com/parago/parago/interp/runner/symbols/late"
)

var (
	engine   = flag.String("gotest.engine", "native", "back-end that runs the cells: native, interp; or go, which compiles the program")
	rootFlag = flag.String("gotest.root", "", "folder of the programs (default: test in the Go toolchain's root)")
	dir      = flag.String("gotest.dir", "", "run only this folder: top, chan, ken, …")
	file     = flag.String("gotest.file", "", "run only programs whose name has one of these words, separated by commas")
	all      = flag.Bool("gotest.all", os.Getenv("PARAGO_LONG") != "", "run all programs, not a sample (default: whether PARAGO_LONG is set)")
	every    = flag.Int("gotest.every", 0, "run one program in so many (default: 12 whole, 25 cut)")
	skipped  = flag.Bool("gotest.excluded", false, "run also what testdata/excluded.txt names")
	show     = flag.Bool("gotest.show", false, "print the cells")
	limit    = flag.Duration("gotest.limit", 30*time.Second, "time for one cell")
	parallel = flag.Int("gotest.parallel", runtime.GOMAXPROCS(0), "programs that run at once")
	results  = flag.String("gotest.results", "", "write a line for each program to this file")
	again    = flag.String("gotest.again", "", "run only what failed according to this file, which -gotest.results wrote")
	examples = flag.Int("gotest.examples", 8, "failures of one kind that the report names")
	update   = flag.Bool("update", false, "rewrite testdata: the cells of cut.txt and, when all programs run, known.txt")
)

// The test binary is its own interpreter process.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "worker" {
		os.Exit(runner.Main(runner.Options{Library: late.Library()}))
	}
	os.Exit(m.Run())
}

// root is the folder of the programs. Without it there is nothing to test.
func root(t *testing.T) string {
	t.Helper()
	dir, err := findRoot()
	switch {
	case err == nil:
		return dir
	case os.Getenv("CI") != "":
		t.Fatal(err)
	}
	t.Skip(err)
	return ""
}

// findRoot asks the go command, and then the one that is installed here: modules of
// downloaded toolchains have no tests.
func findRoot() (string, error) {
	if *rootFlag != "" {
		return filepath.Abs(*rootFlag)
	}
	for _, variable := range []string{"", "GOTOOLCHAIN=local"} {
		cmd := exec.Command("go", "env", "GOROOT")
		cmd.Env = append(os.Environ(), variable)
		out, err := cmd.Output()
		if err != nil {
			return "", fmt.Errorf("ask the go command where its tests are: %w", err)
		}
		dir := filepath.Join(strings.TrimSpace(string(out)), "test")
		if _, err := os.Stat(filepath.Join(dir, "helloworld.go")); err == nil {
			return dir, nil
		}
	}
	return "", errors.New("the Go toolchain here came without the folder test of the Go project's archives, whose programs " +
		"are to run as cells: install an archive of the Go project, or name its folder with -gotest.root")
}
