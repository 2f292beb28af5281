package main

import (
	_ "embed" // both sides
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

//go:embed mapping/mapping.go
var mapping string

//go:embed maps.py
var maps []byte

// mapRows compare many small tasks with Python's Pool: in cells, and in a compiled program of the same text.
func mapRows() []row {
	var rows []row
	for _, c := range []struct {
		what  string
		n     int
		reach float64
	}{
		{"ints", 1_000, 1}, {"ints", 10_000, 1}, {"ints", 20_000, 0.5}, {"ints", 100_000, 0.5}, {"ints", 1_000_000, 0.25},
		{"strings", 100_000, 0.5}, {"structs", 100_000, 0.5}, {"rows", 20_000, 0.5}, {"stream", 20_000, 1}, {"submit", 40_000, 1},
	} {
		for _, side := range []struct {
			name string
			run  func(b *bench, what string, n int) (string, error)
		}{{"cells", (*bench).mapInCells}, {"a program", (*bench).mapInProgram}} {
			rows = append(rows, row{
				name: fmt.Sprintf("Map: %d %s in %s", c.n, c.what, side.name), peer: "Python's Pool(4)", reach: c.reach,
				round: func(b *bench) (ours, theirs time.Duration, err error) {
					if ours, err = duration(side.run(b, c.what, c.n)); err != nil {
						return 0, 0, err
					}
					theirs, err = duration(b.python("maps.py", maps, c.what, fmt.Sprint(c.n), fmt.Sprint(mapRounds)))
					return ours, theirs, err
				},
			})
		}
	}
	return rows
}

// mapRounds is of how many times the shortest counts.
const mapRounds = 5

func (b *bench) mapInCells(what string, n int) (string, error) {
	err := b.once("mapping", func() error {
		_, text, _ := strings.Cut(mapping, "package main\n")
		_, err := b.eval(text)
		return err
	})
	if err != nil {
		return "", err
	}
	return b.eval(fmt.Sprintf("mapTime(%q, %d, %d)", what, n, mapRounds))
}

func (b *bench) mapInProgram(what string, n int) (string, error) {
	program := filepath.Join(b.dir, "mapping")
	err := b.once("mapping program", func() error {
		out, err := exec.Command("go", "build", "-o", program, "github.com/parago/parago/tests/bench/mapping").CombinedOutput()
		if err != nil {
			return fmt.Errorf("go build: %w\n%s", err, out)
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	out, err := exec.Command(program, what, fmt.Sprint(n), fmt.Sprint(mapRounds)).Output()
	return string(out), err
}
