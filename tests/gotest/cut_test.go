package gotest

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestCells cuts the programs of testdata/cut.txt. Each stands under its name, and the
// cells that it becomes under "cells", with lines "--" between them.
func TestCells(t *testing.T) {
	const name = "testdata/cut.txt"
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for i, file := range archive.Files {
		if file.Name == "cells" {
			continue
		}
		cells, err := Cut(Program{Name: file.Name, Source: string(file.Data)}, importer(t))
		if err != nil {
			t.Errorf("%s: %v", file.Name, err)
			continue
		}
		got, want := strings.Join(cells, "\n--\n")+"\n", string(archive.Files[i+1].Data)
		if got != want && !*update {
			t.Errorf("%s: got\n%s\nwant\n%s", file.Name, got, want)
		}
		archive.Files[i+1].Data = []byte(got)
	}
	if *update {
		if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestEveryProgramCanBeCut also sees that cells come in the order of what they mention:
// each but the first of their program's declares something.
func TestEveryProgramCanBeCut(t *testing.T) {
	root := root(t)
	excluded := readList(t, "excluded", 1)
	count := 0
	for _, folder := range Folders() {
		programs, err := Read(root, folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range programs {
			if excluded[p.Name] != "" {
				continue
			}
			cells, err := Cut(p, importer(t))
			if err != nil {
				t.Errorf("%s: %v", p.Name, err)
			}
			if len(cells) == 0 || !strings.Contains(cells[len(cells)-1], "main()") {
				t.Errorf("%s: main is not in the last of %d cells", p.Name, len(cells))
			}
			count += len(cells)
		}
		t.Logf("%s: %d programs, %d cells so far", folder, len(programs), count)
	}
}

// TestProgramsThatReadTheirPlace: only those are told from programs that fail in cells.
func TestProgramsThatReadTheirPlace(t *testing.T) {
	root := root(t)
	const head = "package main\n\nimport (\n\t\"path\"\n\t\"runtime\"\n)\n\nvar _, file, line, _ = runtime.Caller(0)\n\n"
	for _, c := range []struct {
		main       string
		whole, cut bool
	}{
		{"if line != 8 {\n\tpanic(line)\n}; _ = path.Base(file)", false, true},
		{"if path.Base(file) != \"place.go\" {\n\tpanic(file)\n}; _ = line", true, true},
		{"if path.Ext(file) == \"\" || line == 0 {\n\tpanic(file)\n}", false, false},
	} {
		p := Program{Name: "place.go", Source: head + "func main() {\n" + c.main + "\n}\n"}
		cells, err := Cut(p, importer(t))
		if err != nil {
			t.Fatal(err)
		}
		if got := readsItsPlace(t, p, []string{p.Source}, root); got != c.whole {
			t.Errorf("%q, whole, reads its place: %v, want %v", c.main, got, c.whole)
		}
		if got := readsItsPlace(t, p, cells, root); got != c.cut {
			t.Errorf("%q, cut, reads its place: %v, want %v", c.main, got, c.cut)
		}
	}
}
