package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// An outcome is one Python test's, as tests/jupyter/python/conftest.py writes it.
type outcome struct {
	Name    string  `json:"name"`
	Outcome string  `json:"outcome"` // passed, failed, skipped
	Seconds float64 `json:"seconds"`
	Text    string  `json:"text"` // why it failed or was skipped, and what it printed
}

// Pytest runs one file of tests/jupyter/python and makes each of its tests a subtest of t.
// PARAGO_PYTEST holds further arguments for pytest, such as "-k interrupt".
// The variables are added to the environment.
func (in *Installation) Pytest(t *testing.T, file string, limit time.Duration, variables ...string) {
	t.Helper()
	results := filepath.Join(t.TempDir(), "results.jsonl")
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	folder := filepath.Join(in.Root, "tests", "jupyter", "python")
	args := append([]string{"-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", folder, filepath.Join(folder, file)},
		strings.Fields(os.Getenv("PARAGO_PYTEST"))...)
	cmd := exec.CommandContext(ctx, in.Python, args...)
	cmd.Dir = in.Home
	cmd.Env = append(in.Env, append(variables, "PARAGO_RESULTS="+results, "PARAGO="+in.Binary, "PARAGO_SOURCE="+in.Root)...)
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.CombinedOutput()
	outcomes := read(t, results)
	for _, o := range outcomes {
		t.Run(o.Name, o.report)
	}
	if ctx.Err() != nil {
		t.Errorf("%s took longer than %v\n%s", file, limit, out)
	}
	if len(outcomes) == 0 {
		t.Errorf("%s ran no test: %v\n%s", file, err, out)
	}
	if err != nil && !t.Failed() {
		t.Errorf("pytest %s: %v\n%s", file, err, out)
	}
	if !t.Failed() && !slices.ContainsFunc(outcomes, func(o outcome) bool { return o.Outcome != "skipped" }) {
		t.Skipf("%s has run nothing: %s", file, outcomes[0].Text)
	}
}

func (o outcome) report(t *testing.T) {
	t.Logf("%.2f s\n%s", o.Seconds, o.Text)
	switch {
	case o.Outcome == "passed":
	case o.Outcome == "skipped" && os.Getenv("CI") == "":
		t.SkipNow()
	default:
		t.Fail()
	}
}

func read(t *testing.T, file string) (outcomes []outcome) {
	data, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var o outcome
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			t.Errorf("reading a result %q: %v", lines.Text(), err)
			continue
		}
		outcomes = append(outcomes, o)
	}
	return outcomes
}
