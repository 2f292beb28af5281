package symbols_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/parago/parago/interp/runner/symbols"
	"github.com/parago/parago/procpool"
)

// A type that procpool has from another package is found by either name, as texts name it by the one that declares it.
func TestTypesOfOthers(t *testing.T) {
	t.Parallel()
	library := symbols.All()
	want := reflect.TypeFor[*procpool.WorkerDiedError]()
	declared := want.Elem().PkgPath()
	for _, path := range []string{"github.com/parago/parago/procpool", declared} {
		if v, ok := library.Symbols(path)["WorkerDiedError"]; !ok || v.Type() != want {
			t.Errorf("%s has %v", path, v)
		}
		if !slices.Contains(slices.Collect(library.Paths), path) {
			t.Errorf("%s is not listed", path)
		}
	}
	if names := library.Symbols("no/such"); names != nil {
		t.Errorf("a package that is not there has %v", names)
	}
}
