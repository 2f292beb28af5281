package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/parago/parago/interp"
	"github.com/parago/parago/interp/toolchain"
)

// A bench is what rows measure with: a session whose cells are compiled, and a folder for
// programs.
type bench struct {
	tc      *toolchain.Toolchain
	session *interp.Session
	dir     string
	cells   int
	done    map[string]bool // preparations
	peers   *peers
	marks   map[int]mark // of a session that has grown; nil until one has
}

func newBench() (*bench, error) {
	tc, err := toolchain.Find(toolchain.Options{})
	if err != nil {
		return nil, err
	}
	if _, err := tc.Prepare(context.Background(), func(p interp.Progress) { fmt.Fprintln(os.Stderr, p.What) }); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "parago-bench-")
	if err != nil {
		return nil, err
	}
	s, err := interp.New(interp.Options{Engine: interp.Native, Toolchain: tc})
	if err != nil {
		return nil, err
	}
	return &bench{tc: tc, session: s, dir: dir, done: map[string]bool{}}, nil
}

func (b *bench) close() {
	b.peers.close()
	b.session.Close()
	b.tc.Close()
	os.RemoveAll(b.dir)
}

// once prepares something before the first round that needs it.
func (b *bench) once(what string, prepare func() error) error {
	if b.done[what] {
		return nil
	}
	b.done[what] = true
	return prepare()
}

// eval runs a cell and returns its result as text.
func (b *bench) eval(source string) (string, error) {
	b.cells++
	r, err := b.session.Eval(context.Background(), interp.Cell{N: b.cells, Source: source})
	if err != nil {
		return "", err
	}
	return fmt.Sprint(r.Data["text/plain"]), nil
}

// duration is a result that is a number of nanoseconds.
func duration(text string, err error) (time.Duration, error) {
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	return time.Duration(n), err
}

// build builds a program of one file. A module for it is made beside it.
func (b *bench) build(name, source string, flags ...string) (program string, err error) {
	dir := filepath.Join(b.dir, name)
	program = filepath.Join(dir, "program")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	for file, text := range map[string]string{"go.mod": "module bench\n\ngo 1.26\n", "main.go": source} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
			return "", err
		}
	}
	cmd := exec.Command("go", append(append([]string{"build"}, flags...), "-o", program, ".")...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return program, nil
}
