package native

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The go command chooses the toolchain; what it says is what cells are compiled by.
func TestToolchainIsTheOneThatGoChooses(t *testing.T) {
	tc, err := FindToolchain("")
	if err != nil {
		t.Skip(err)
	}
	t.Setenv("PATH", filepath.Dir(tc.Go)+string(os.PathListSeparator)+os.Getenv("PATH"))
	own, _, _ := strings.Cut(tc.Version, " ")
	for _, test := range []struct {
		name, choice, goMod string
		note                string // part of it
	}{
		{"nothing asks for one", "local", "", ""},
		{"a module asks for this one", "local", "module m\n\ngo 1.26\n", ""},
		{"GOTOOLCHAIN does not let a module choose", "local", "module m\n\ngo 1.99\n", ""},
		{"a module asks for one that cannot be had", "auto", "module m\n\ngo 1.99\n", "1.99"},
		{"GOTOOLCHAIN names this one", own, "module m\n\ngo 1.26\n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			if test.goMod != "" {
				if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(test.goMod), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			t.Setenv("GOTOOLCHAIN", test.choice)
			t.Setenv("GOPROXY", "off")
			got, err := findToolchain(os.Getenv, nil, dir)
			if err != nil {
				t.Fatal(err)
			}
			if got.Version != tc.Version || got.Go != tc.Go {
				t.Errorf("found %s, %s, want %s, %s", got.Version, got.Go, tc.Version, tc.Go)
			}
			if (got.Note == "") != (test.note == "") || !strings.Contains(got.Note, test.note) {
				t.Errorf("note %q, want %q in it", got.Note, test.note)
			}
		})
	}
}

// One that GOTOOLCHAIN names and that cannot be had is missed: the user has chosen it.
func TestToolchainThatCannotBeHad(t *testing.T) {
	if _, err := FindToolchain(""); err != nil {
		t.Skip(err)
	}
	t.Setenv("GOTOOLCHAIN", "go1.99.1")
	t.Setenv("GOPROXY", "off")
	_, err := findToolchain(os.Getenv, nil, t.TempDir())
	missing(t, err, "a Go toolchain", "1.99.1")
}

// A go command that runs another one is not asked again: the other one compiles cells.
func TestGoCommandOfTheChosenToolchain(t *testing.T) {
	tc, err := FindToolchain("")
	if err != nil {
		t.Skip(err)
	}
	real, err := exec.LookPath(tc.Go)
	if err != nil {
		t.Fatal(err)
	}
	fakeGo(t, "exec '"+real+"' \"$@\"")
	got, err := findToolchain(os.Getenv, nil, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if got.Go != tc.Go {
		t.Errorf("cells are compiled by %s, want %s", got.Go, tc.Go)
	}
}
