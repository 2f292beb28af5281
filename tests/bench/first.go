package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// firstCell is a notebook whose only cell has to be compiled.
const firstCell = `{"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [],
"source": ["func first(n int) int { return n + 1 }\n", "fmt.Println(first(1))"]}],
"metadata": {"kernelspec": {"name": "parago", "language": "go", "display_name": "Go"}}, "nbformat": 4, "nbformat_minor": 5}`

// firstLimit is how long the first output may be waited for, on two processors with nothing else to do.
const firstLimit = 30 * time.Second

// firstRows measure the wait of somebody who has just installed Go and Parago: nothing has been
// compiled, and there is no home but an empty one. It takes too long for more than one round.
func firstRows() []row {
	var took time.Duration
	return []row{{name: "first run", peer: "the limit", reach: 1, round: func(b *bench) (ours, theirs time.Duration, err error) {
		err = b.once("first run", func() (err error) {
			took, err = b.firstRun()
			return err
		})
		return took, firstLimit, err
	}}}
}

func (b *bench) firstRun() (time.Duration, error) {
	home, program, notebook := filepath.Join(b.dir, "home"), filepath.Join(b.dir, "first"), filepath.Join(b.dir, "first.ipynb")
	if err := os.Mkdir(home, 0o755); err != nil {
		return 0, err
	}
	if err := os.WriteFile(notebook, []byte(firstCell), 0o644); err != nil {
		return 0, err
	}
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		return 0, fmt.Errorf("build parago: %w\n%s", err, out)
	}
	cmd := exec.Command(program, "run", notebook)
	cmd.Env = append(os.Environ(), "HOME="+home, "GOCACHE="+filepath.Join(home, "go-build"), "XDG_CACHE_HOME=", "PARAGO_CACHE=")
	start := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("run a notebook: %w\n%s", err, out)
	}
	return time.Since(start), nil
}
