package module_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parago/parago/interp/toolchain/toolchaintest"
)

// A private module comes from where it is kept, by the user's own settings for the go command
// and for git, and no proxy is asked about it.
func TestAPrivateModule(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip(err)
	}
	compiled, ok := toolchaintest.Prepared(t).Ready()
	if !ok {
		t.Fatal("the toolchain is not ready")
	}
	m := compiled.Modules
	defer m.Close()
	const path = "example.com/secret.git"
	repository := filepath.Join(t.TempDir(), "repository")
	write(t, filepath.Join(repository, "go.mod"), []byte("module "+path+"\n\ngo 1.24\n"))
	write(t, filepath.Join(repository, "secret.go"), []byte("package secret\n\nconst Word = 42\n"))
	for _, args := range [][]string{
		{"init", "-q"}, {"add", "."},
		{"-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false", "commit", "-q", "-m", "a secret"},
		{"-c", "tag.gpgsign=false", "tag", "v1.2.0"},
	} {
		cmd := exec.Command("git", args...)
		cmd.Dir = repository
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v\n%s", args[0], err, out)
		}
	}
	cache := filepath.Join(t.TempDir(), "cache")
	m.Begin(t.TempDir(), []string{
		"GOPRIVATE=example.com/secret.git", "GOPROXY=http://127.0.0.1:1", "GONOPROXY=", "GONOSUMDB=", "GOVCS=", "GOFLAGS=-modcacherw", "GOMODCACHE=" + cache,
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=url.file://" + repository + ".insteadOf", "GIT_CONFIG_VALUE_0=https://example.com/secret",
	})
	var told []string
	if _, err := m.Load(context.Background(), []string{path}, func(line string) { told = append(told, line) }); err != nil {
		t.Fatal(err)
	}
	file, err := m.Export(path)
	if err != nil {
		t.Fatal(err)
	}
	file.Close()
	if got := strings.Join(told, "\n"); got != "added "+path+" v1.2.0" {
		t.Errorf("told %s", got)
	}
	if _, err := os.Stat(cache); err != nil {
		t.Error(err)
	}
}
