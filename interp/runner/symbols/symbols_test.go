package symbols_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// A table that lacks a new name would make cells fail that type-check.
func TestTablesAreCurrent(t *testing.T) {
	for _, c := range []struct{ importPath, file string }{
		{"std", "std.go"},
		{"github.com/parago/parago/procpool", "procpool.go"},
		{"github.com/parago/parago/procpool/codec", "codec.go"},
		{"github.com/parago/parago/interp/display", "display.go"},
	} {
		t.Run(c.file, func(t *testing.T) {
			fresh := filepath.Join(t.TempDir(), c.file)
			if out, err := exec.Command("go", "run", "./gen", c.importPath, fresh).CombinedOutput(); err != nil {
				t.Fatalf("go run ./gen: %v\n%s", err, out)
			}
			want, err := os.ReadFile(fresh)
			if err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(c.file)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != string(want) {
				t.Errorf("%s is stale: run go generate in this folder", c.file)
			}
		})
	}
}
