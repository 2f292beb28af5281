package modules

import (
	"os"
	"os/exec"
	"testing"

	"github.com/parago/parago/interp/celltest/replay"
	"github.com/parago/parago/tests/e2e"
)

// The test binary is its own interpreter process.
func TestMain(m *testing.M) { os.Exit(replay.Main(m)) }

func TestModules(t *testing.T) {
	fetches(t)
	replay.Run(t, "testdata/*.cells")
}

func TestMoreModules(t *testing.T) {
	if !e2e.Long() {
		t.Skip("PARAGO_LONG is not set")
	}
	fetches(t)
	replay.Run(t, "testdata/long/*.cells")
}

// fetches skips the test where modules cannot be had.
func fetches(t *testing.T) {
	t.Helper()
	cmd := exec.Command("go", "mod", "download", "golang.org/x/sys@latest")
	cmd.Dir = t.TempDir()
	out, err := cmd.CombinedOutput()
	switch {
	case err == nil:
	case os.Getenv("CI") != "":
		t.Fatalf("no modules can be fetched: %v\n%s", err, out)
	default:
		t.Skipf("no modules can be fetched: %v\n%s", err, out)
	}
}
