package gotest

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A mode is a way to give a program to a session.
type mode struct {
	name  string
	every int     // of the sample
	share float64 // of a folder that has to pass
	cells func(Program) ([]string, error)
}

// TestWhole runs each program as one cell.
func TestWhole(t *testing.T) {
	runPrograms(t, mode{"whole", 12, 1, func(p Program) ([]string, error) { return []string{p.Source}, nil }})
}

// TestCut runs each program cut into cells.
func TestCut(t *testing.T) {
	runPrograms(t, mode{"cut", 25, 0.98, func(p Program) ([]string, error) { return Cut(p, importer(t)) }})
}

func runPrograms(t *testing.T, m mode) {
	if testing.Short() {
		t.Skip("runs many programs")
	}
	root := root(t)
	programs := choose(t, m, root)
	if len(programs) == 0 {
		t.Fatal("no such programs")
	}
	ready(t)
	outcomes := make([]outcome, len(programs))
	next := make(chan int)
	var runners sync.WaitGroup
	for range *parallel {
		runners.Go(func() {
			for i := range next {
				outcomes[i] = runProgram(t, m, programs[i], root)
				if testing.Verbose() {
					t.Log(outcomes[i].line())
				}
			}
		})
	}
	for i := range programs {
		next <- i
	}
	close(next)
	runners.Wait()
	conclude(t, m, slices.DeleteFunc(outcomes, func(o outcome) bool {
		if o.misread {
			t.Logf("%s says nothing of cells: Go's program fails as well once its file or its lines are others", o.program.Name)
		}
		return o.misread
	}))
}

// choose lists the programs to run, by what the flags ask for.
func choose(t *testing.T, m mode, root string) (chosen []Program) {
	excluded := readList(t, "excluded", 1)
	failed := failedBefore(t, m)
	for _, folder := range Folders() {
		if *dir != "" && *dir != folder && (*dir != "top" || folder != ".") {
			continue
		}
		programs, err := Read(root, folder)
		if err != nil {
			t.Fatal(err)
		}
		programs = slices.DeleteFunc(programs, func(p Program) bool { return excluded[p.Name] != "" && !*skipped })
		switch {
		case *file != "":
			words := strings.Split(*file, ",")
			chosen = append(chosen, filter(programs, func(p Program) bool {
				return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(p.Name, w) })
			})...)
		case *again != "":
			chosen = append(chosen, filter(programs, func(p Program) bool { return failed[p.Name] })...)
		case *all:
			chosen = append(chosen, programs...)
		default:
			chosen = append(chosen, sample(t, m, programs)...)
		}
	}
	return chosen
}

// sample adds the programs that failed once to the fixed sample of a folder.
func sample(t *testing.T, m mode, programs []Program) []Program {
	if *every > 0 {
		m.every = *every
	}
	once := readList(t, "regressions", 1)
	picked := Sample(programs, m.every)
	for _, p := range programs {
		if once[p.Name] != "" && !slices.Contains(picked, p) {
			picked = append(picked, p)
		}
	}
	return picked
}

func filter(programs []Program, keep func(Program) bool) []Program {
	return slices.DeleteFunc(programs, func(p Program) bool { return !keep(p) })
}

func readList(t *testing.T, name string, words int) List {
	t.Helper()
	list, err := ReadList("testdata/"+name+".txt", words)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// runProgram runs a program and compares what it prints.
func runProgram(t *testing.T, m mode, p Program, root string) outcome {
	o := outcome{program: p}
	cells, err := m.cells(p)
	if err != nil {
		o.said = "cannot be cut: " + err.Error()
		return o
	}
	if *show {
		for i, cell := range cells {
			fmt.Fprintf(os.Stderr, "─── %s, cell %d of %d\n%s\n", p.Name, i+1, len(cells), cell)
		}
	}
	started := time.Now()
	run := runCells
	if *engine == "go" {
		run = runCompiled
	}
	out, err := run(t, cells, root)
	o.took, o.cells = time.Since(started), len(cells)
	o.printed = out.all
	o.said, o.more = judge(p, out, err)
	o.ok = o.said == ""
	o.misread = !o.ok && readsItsPlace(t, p, cells, root)
	return o
}

// readsItsPlace reports whether Go's program fails in a file of another name (and, if it is cut, with its declarations in
// the order of the cells and at other lines), and does not fail as it stands: it looks for the name of its file or for
// the numbers of its lines, which are others in cells by nature.
func readsItsPlace(t *testing.T, p Program, cells []string, root string) bool {
	const elsewhere = 1000 // lines
	moved := cells
	if len(cells) > 1 {
		moved = append([]string{strings.Repeat("\n", elsewhere)}, cells...)
	}
	out, err := runCompiled(t, moved, root)
	if said, _ := judge(p, out, err); said == "" {
		return false
	}
	out, err = runFile(t, path.Base(p.Name), p.Source, root)
	said, _ := judge(p, out, err)
	return said == ""
}
