package gotest

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

// checkKnown compares outcomes with testdata/known.txt.
func checkKnown(t *testing.T, m mode, outcomes []outcome) {
	if *update && *all && *dir == "" && *file == "" && *again == "" {
		writeKnown(t, m, outcomes)
	}
	known := readList(t, "known", 2)
	for _, o := range outcomes {
		expected := known[m.name+" "+o.program.Name] != ""
		switch {
		case !o.ok && !expected:
			t.Errorf("%s\n%s", o.line(), o.more)
		case o.ok && expected && *all:
			t.Errorf("%s passes as %s: testdata/known.txt need not name it", o.program.Name, m.name)
		}
	}
}

// writeKnown replaces the lines of a mode.
func writeKnown(t *testing.T, m mode, outcomes []outcome) {
	const name = "testdata/known.txt"
	old, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var comments, lines []string
	for _, line := range strings.Split(strings.TrimSpace(string(old)), "\n") {
		switch {
		case strings.HasPrefix(line, "#"):
			comments = append(comments, line)
		case line != "" && !strings.HasPrefix(line, m.name+" "):
			lines = append(lines, line)
		}
	}
	for _, o := range outcomes {
		if !o.ok {
			lines = append(lines, fmt.Sprintf("%s %s  %s", m.name, o.program.Name, o.kind()))
		}
	}
	slices.Sort(lines)
	text := strings.Join(comments, "\n") + "\n\n" + strings.Join(lines, "\n") + "\n"
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestKnownFailuresAreFew counts what testdata/known.txt gives up, without running it:
// the sample shows that the list is right, the list that the shares are.
func TestKnownFailuresAreFew(t *testing.T) {
	root := root(t)
	excluded, known := readList(t, "excluded", 1), readList(t, "known", 2)
	for _, folder := range Folders() {
		programs, err := Read(root, folder)
		if err != nil {
			t.Fatal(err)
		}
		programs = slices.DeleteFunc(programs, func(p Program) bool { return excluded[p.Name] != "" })
		for _, m := range []mode{{name: "whole", share: 1}, {name: "cut", share: 0.98}} {
			failing := 0
			for _, p := range programs {
				if known[m.name+" "+p.Name] != "" {
					failing++
				}
			}
			if most := int(math.Floor(float64(len(programs))*(1-m.share) + 1e-9)); failing > most {
				t.Errorf("%s, %s: %d of %d programs are known to fail; %d may", folder, m.name, failing, len(programs), most)
			}
		}
	}
}

// TestListsNamePrograms finds lines that are about nothing.
func TestListsNamePrograms(t *testing.T) {
	root := root(t)
	programs := map[string]bool{}
	for _, folder := range Folders() {
		all, err := Read(root, folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range all {
			programs[p.Name] = true
		}
	}
	for list, words := range map[string]int{"excluded": 1, "regressions": 1, "known": 2} {
		for name := range readList(t, list, words) {
			fields := strings.Fields(name)
			if !programs[fields[len(fields)-1]] {
				t.Errorf("testdata/%s.txt names %s, which is no program that runs here", list, name)
			}
		}
	}
}
