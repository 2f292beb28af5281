package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// firstRows measure what a user sees who has just got Go and Parago: from the start of a
// notebook, with nothing compiled and no cache of Go's, to its first output.
func firstRows() []row {
	return []row{{name: "first run", peer: "may be", reach: 1, single: true, round: func(b *bench) (ours, theirs time.Duration, err error) {
		home := filepath.Join(b.dir, "home")
		binary, notebook := filepath.Join(home, "parago"), filepath.Join(home, "first.ipynb")
		if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
			return 0, 0, fmt.Errorf("go build: %w\n%s", err, out)
		}
		const text = `{"cells":[{"cell_type":"code","id":"first","execution_count":null,"metadata":{},"outputs":[],"source":"func double(n int) int { return 2 * n }\nfmt.Println(\"first\", double(1))"}],"metadata":{},"nbformat":4,"nbformat_minor":5}`
		if err := os.WriteFile(notebook, []byte(text), 0o644); err != nil {
			return 0, 0, err
		}
		cmd := exec.Command(binary, "run", notebook)
		cmd.Env = append(os.Environ(), "HOME="+home, "XDG_CACHE_HOME="+filepath.Join(home, "cache"), "GOCACHE="+filepath.Join(home, "gocache"), "PARAGO_CACHE=")
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			return 0, 0, err
		}
		start := time.Now()
		if err := cmd.Start(); err != nil {
			return 0, 0, err
		}
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if lines.Text() == "first 2" && ours == 0 {
				ours = time.Since(start)
			}
		}
		if err := cmd.Wait(); err != nil {
			return 0, 0, fmt.Errorf("parago run: %w", err)
		}
		if ours == 0 {
			return 0, 0, fmt.Errorf("parago run has not printed what the notebook does")
		}
		return ours, 30 * time.Second, nil
	}}}
}
