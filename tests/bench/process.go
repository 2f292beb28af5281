package main

import (
	_ "embed" // the other side
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/parago/parago/tests/pyenv"
)

//go:embed fork.py
var forks []byte

// processRows compare a Process of a cell, from Start to the end of Join, with one of
// Python's that forks: some with pauses in between, as a user starts them, and many in a row.
func processRows() []row {
	const declare = `func nothing() {}
func run() {
	p := procpool.NewProcess(nothing)
	if err := p.Start(); err != nil { panic(err) }
	p.Join()
}
func apart(n int) int64 {
	spent := time.Duration(0)
	for range n {
		time.Sleep(30 * time.Millisecond)
		start := time.Now()
		run()
		spent += time.Since(start)
	}
	return spent.Nanoseconds() / int64(n)
}
func inARow(n int) int64 {
	start := time.Now()
	for range n { run() }
	return time.Since(start).Nanoseconds() / int64(n)
}
run()
time.Sleep(time.Second)`
	measured := func(call string, arguments ...string) func(b *bench) (ours, theirs time.Duration, err error) {
		return func(b *bench) (ours, theirs time.Duration, err error) {
			if err := b.once("processes", func() error { _, err := b.eval(declare); return err }); err != nil {
				return 0, 0, err
			}
			if ours, err = duration(b.eval(call)); err != nil {
				return 0, 0, err
			}
			theirs, err = duration(b.python("fork.py", forks, arguments...))
			return ours, theirs, err
		}
	}
	return []row{
		{name: "Process, start to join", peer: "Python's fork", reach: 1, round: measured("apart(10)", "10", "0")},
		{name: "Processes in a row", peer: "Python's fork", reach: 1, round: measured("inARow(50)", "0", "50")},
	}
}

// python runs a script and returns what it prints.
func (b *bench) python(name string, script []byte, arguments ...string) (string, error) {
	python, err := pyenv.Find()
	if err != nil {
		return "", err
	}
	file := filepath.Join(b.dir, name)
	if err := os.WriteFile(file, script, 0o644); err != nil {
		return "", err
	}
	out, err := exec.Command(python, append([]string{file}, arguments...)...).Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return string(out), nil
}
