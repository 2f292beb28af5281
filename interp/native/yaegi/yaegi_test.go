package yaegi_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"archive/zip"

	"github.com/parago/parago/interp/native/yaegi"
)

// Sources of another version than go.mod's would make cells differ between the back-ends.
func TestSourcesAreCurrent(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "sources.zip")
	if out, err := exec.Command("go", "run", "./pack", file).CombinedOutput(); err != nil {
		t.Fatalf("go run ./pack: %v\n%s", err, out)
	}
	want, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer want.Close()
	got, version, err := yaegi.Source()
	if err != nil {
		t.Fatal(err)
	}
	if version != want.Comment {
		t.Fatalf("sources.zip is of %s, go.mod names %s: run go generate in this folder", version, want.Comment)
	}
	for _, f := range want.File {
		a, err := fs.ReadFile(got, f.Name)
		if err != nil {
			t.Error(err)
		}
		if b, err := fs.ReadFile(want, f.Name); err != nil || !bytes.Equal(a, b) {
			t.Errorf("%s differs from the module's (%v): run go generate in this folder", f.Name, err)
		}
	}
}

// LICENSE asks to go where the sources go.
func TestLicenseIsThere(t *testing.T) {
	t.Parallel()
	files, _, err := yaegi.Source()
	if err != nil {
		t.Fatal(err)
	}
	if info, err := fs.Stat(files, "LICENSE"); err != nil || info.Size() == 0 {
		t.Error(os.ErrNotExist, err)
	}
}
