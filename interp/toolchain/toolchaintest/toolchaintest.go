package toolchaintest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/parago/parago/interp/toolchain"
)

// Find returns the toolchain, prepared, or what this machine lacks.
var Find = sync.OnceValues(func() (*toolchain.Toolchain, error) {
	tc, err := toolchain.Find(toolchain.Options{Cache: Cache()})
	if err != nil {
		return nil, err
	}
	if _, err := tc.Prepare(context.Background(), nil); err != nil {
		return nil, err
	}
	return tc, nil
})

// Prepared returns the toolchain. Where cells cannot be compiled, the test is skipped with
// the reason, and fails if the variable CI is set.
func Prepared(t testing.TB) *toolchain.Toolchain {
	t.Helper()
	tc, err := Find()
	switch {
	case err == nil:
	case os.Getenv("CI") != "":
		t.Fatal(err)
	default:
		t.Skip(err)
	}
	return tc
}

// Cache is the folder in which tests keep what they have built.
func Cache() string {
	if dir := os.Getenv("PARAGO_TEST_CACHE"); dir != "" {
		return dir
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	return filepath.Join(cache, "parago-tests")
}
