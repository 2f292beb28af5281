//go:build unix

package command

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parago/parago/tests/e2e"
)

// TestFewDescriptors runs a notebook of more compiled cells than the kernel and its processes may
// have descriptors, and then a pool.
func TestFewDescriptors(t *testing.T) {
	if !e2e.Long() {
		t.Skip("PARAGO_LONG is not set")
	}
	t.Parallel()
	sources := []string{"func double(n int) int { return 2 * n }"}
	for i := range 100 {
		sources = append(sources, fmt.Sprintf("func f%[1]d(n int) int { return double(n) + %[1]d }", i))
	}
	sources = append(sources, "procpool.Map(nil, f3, []int{1, 2})", "f99(1)")
	var cells []map[string]any
	for _, source := range sources {
		cells = append(cells, map[string]any{"cell_type": "code", "metadata": map[string]any{}, "execution_count": nil, "outputs": []any{}, "source": source})
	}
	text, err := json.Marshal(map[string]any{"cells": cells, "metadata": map[string]any{}, "nbformat": 4, "nbformat_minor": 5})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "many.ipynb")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	in := e2e.Build(t)
	cmd := exec.Command("sh", "-c", `ulimit -n 70 && exec "$0" run "$1"`, in.Binary, file)
	cmd.Env, cmd.Dir = in.Env, filepath.Dir(file)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "[5 7]") || !strings.Contains(string(out), "101") {
		t.Errorf("%v\n…%s", err, out[max(0, len(out)-2000):])
	}
}
