package gotest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/parago/parago/interp/toolchain"
)

var shared struct {
	once sync.Once
	*toolchain.Toolchain
	err error
}

// compiler is what all sessions compile their cells with, prepared. Where cells cannot be
// compiled, the test is skipped with the reason, and fails if the variable CI is set.
func compiler(t *testing.T) *toolchain.Toolchain {
	t.Helper()
	shared.once.Do(func() { shared.Toolchain, shared.err = prepare() })
	switch {
	case shared.err == nil:
	case os.Getenv("CI") != "":
		t.Fatal(shared.err)
	default:
		t.Skip(shared.err)
	}
	return shared.Toolchain
}

// prepare keeps what it builds, which takes a minute, where other tests do.
func prepare() (*toolchain.Toolchain, error) {
	dir := os.Getenv("PARAGO_TEST_CACHE")
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			cache = os.TempDir()
		}
		dir = filepath.Join(cache, "parago-tests")
	}
	tc, err := toolchain.Find(toolchain.Options{Cache: dir})
	if err != nil {
		return nil, err
	}
	_, err = tc.Prepare(context.Background(), func(line string) { fmt.Fprintln(os.Stderr, line) })
	return tc, err
}
