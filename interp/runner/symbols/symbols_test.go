package symbols_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A table that lacks a new name would make cells fail that type-check. Of the standard library's
// tables, that of the Go which runs the test is made anew, with the others beside it.
func TestTablesAreCurrent(t *testing.T) {
	for _, c := range []struct{ what, folder, files string }{
		{"std", ".", "std_go1*.go"},
		{"late", "late", "std_go1*.go"},
		{"log/syslog", "late", "syslog.go"},
		{"github.com/parago/parago/procpool", ".", "procpool.go"},
		{"github.com/parago/parago/procpool/embed", ".", "embed.go"},
		{"github.com/parago/parago/procpool/codec", ".", "codec.go"},
		{"github.com/parago/parago/interp/display", ".", "display.go"},
		{"github.com/parago/parago/interp/display/gonbui", ".", "gonbui.go"},
	} {
		t.Run(c.what, func(t *testing.T) {
			dir := t.TempDir()
			output := filepath.Join(dir, c.files)
			if strings.Contains(c.files, "*") {
				output = dir
				copyFiles(t, filepath.Join(c.folder, c.files), dir)
			}
			if out, err := exec.Command("go", "run", "./gen", c.what, output).CombinedOutput(); err != nil {
				t.Fatalf("go run ./gen: %v\n%s", err, out)
			}
			made, err := filepath.Glob(filepath.Join(dir, c.files))
			if err != nil || len(made) == 0 {
				t.Fatalf("gen has made nothing: %v", err)
			}
			for _, fresh := range made {
				if name := filepath.Join(c.folder, filepath.Base(fresh)); read(t, name) != read(t, fresh) {
					t.Errorf("%s is stale: run go generate in this folder", name)
				}
			}
		})
	}
}

func copyFiles(t *testing.T, pattern, dir string) {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(name)), []byte(read(t, name)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
