//go:build unix

package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The Go that compiles a notebook's cells is the one that the go command chooses in its folder,
// wherever run is called.
func TestRunPreparesForTheNotebooksFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"bin/go": `#!/bin/sh
case "$(pwd)" in
*/chosen) echo '{"GOVERSION": "go1.25.3", "GOOS": "x", "GOARCH": "x", "CC": "sh", "CGO_ENABLED": "1"}' ;;
*) exit 1 ;;
esac
`,
		"chosen/a.ipynb": `{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
{"id": "a", "cell_type": "code", "metadata": {}, "execution_count": null, "outputs": [], "source": "6 * 7"}]}`,
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd := parago(t, "run", filepath.Join(dir, "chosen", "a.ipynb"))
	cmd.Env = append(cmd.Env, "PARAGO_ENGINE=", "PATH="+filepath.Join(dir, "bin")+string(os.PathListSeparator)+os.Getenv("PATH"))
	code, stdout, stderr := outcome(t, cmd)
	if code != 0 || !strings.Contains(stdout, "42") || !strings.Contains(stderr, "Cells will be interpreted: ") || !strings.Contains(stderr, "go1.25.3") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
}
