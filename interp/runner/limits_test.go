package runner

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/parago/parago/interp/runner/wire"
)

// A plugin that cannot be opened because of one of the system's limits is told with a remedy.
func TestLimitsAreTold(t *testing.T) {
	t.Parallel()
	refused := errors.New("cell.so: failed to map segment from shared object")
	for _, c := range []struct {
		err             error
		mapped, allowed int
		remedy          string
	}{
		{refused, 65_500, 65_530, "sudo sysctl -w vm.max_map_count=262120"},
		{refused, 65_530, 65_530, "Restart the kernel"},
		{refused, 900, 65_530, ""},
		{refused, 900, 0, ""},
		{errors.New("cell.so: cannot open shared object file: Too many open files"), 900, 65_530, "ulimit -n"},
	} {
		got := full(c.err, c.mapped, c.allowed)
		if !errors.Is(got, c.err) || !strings.Contains(got.Error(), c.remedy) || (c.remedy == "") != (got == c.err) {
			t.Errorf("%v with %d of %d: %v", c.err, c.mapped, c.allowed, got)
		}
	}
	if mapped, allowed := mappings(); runtime.GOOS == "linux" && (mapped < 5 || allowed < mapped) {
		t.Errorf("this process has %d mappings of %d", mapped, allowed)
	}
	n := newNatives(func(string) error { return errors.New("open cell.so: too many open files") }, nil)
	_, err := n.load(&wire.Run{Packages: []wire.Package{{Path: "parago/cells/none"}}, Native: "parago/cells/none"})
	if err == nil || !strings.Contains((&rejection{"", err}).Error(), "ulimit -n") || strings.Contains((&rejection{"", err}).Error(), "the interpreter") {
		t.Errorf("told %v", &rejection{"", err})
	}
}
