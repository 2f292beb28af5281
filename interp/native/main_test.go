package native

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/parago/parago/interp/display"
	"github.com/parago/parago/interp/display/gonbui"
	"github.com/parago/parago/interp/runner"
	"github.com/parago/parago/procpool"
)

// place is where the tests' host is kept in between runs, as building it takes a minute.
func place() Place {
	dir := os.Getenv("PARAGO_TEST_CACHE")
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			cache = os.TempDir()
		}
		dir = filepath.Join(cache, "parago-tests")
	}
	return Place{
		Dirs: []string{filepath.Join(dir, "hosts")},
		Sources: []Tree{
			{module + "/procpool", procpool.Source},
			{module + "/interp/display", display.Source},
			{module + "/interp/display/gonbui", gonbui.Source},
			{module + "/interp/runner", runner.Source},
		},
	}
}

// prepared returns the tests' host. Where cells cannot be compiled, the test is skipped
// with the reason, and fails if the variable CI is set.
func prepared(t testing.TB) *Host {
	t.Helper()
	tc, err := FindToolchain("")
	if err == nil {
		var h *Host
		if h, err = tc.Prepare(context.Background(), place(), nil); err == nil {
			h.thick = func(path string, why error) { t.Logf("%s is linked in full: %v", path, why) }
			return h
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatal(err)
	}
	t.Skip(err)
	return nil
}
