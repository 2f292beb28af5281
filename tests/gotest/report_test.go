package gotest

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parago/parago/interp"
)

// An outcome is what came of a program.
type outcome struct {
	program Program
	ok      bool
	misread bool   // it failed, and would as well as Go's program in another place
	said    string // one line: why it is not ok
	more    string // the lines after it
	printed string
	cells   int
	took    time.Duration
}

func (o outcome) line() string {
	if o.ok {
		return fmt.Sprintf("ok    %-40s %6.2fs %3d cells", o.program.Name, o.took.Seconds(), o.cells)
	}
	return fmt.Sprintf("FAIL  %-40s %6.2fs %3d cells  %s", o.program.Name, o.took.Seconds(), o.cells, o.said)
}

var colour = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// judge says what is wrong with a run, in one line and in more; nothing if all is well.
func judge(p Program, out printed, err error) (said, more string) {
	printed := out.all
	var failed *interp.Error
	switch {
	case errors.As(err, &failed):
		trace := colour.ReplaceAllString(strings.Join(failed.Traceback, "\n"), "")
		first := firstLine(failed.Error())
		if place := regexp.MustCompile(`In\[\d+\](:\d+)*`).FindString(trace); place != "" {
			first += " at " + place
		}
		return first, trace + "\n" + head(printed, 20)
	case err != nil:
		return strings.ReplaceAll(err.Error(), "\n", " | "), head(printed, 20)
	case out.may(p.Want):
		return "", ""
	case p.Want == "":
		return "prints, and should not: " + firstLine(printed), head(printed, 20)
	}
	got, want := difference(printed, p.Want)
	return fmt.Sprintf("prints %q, and should print %q", got, want), head(printed, 20)
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}

func head(text string, lines int) string {
	all := strings.SplitAfter(text, "\n")
	if len(all) > lines {
		all = append(all[:lines], fmt.Sprintf("… %d more lines\n", len(all)-lines))
	}
	return strings.Join(all, "")
}

// difference is the first line in which two texts are not the same.
func difference(got, want string) (string, string) {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return g[i], w[i]
		}
	}
	if len(g) > len(w) {
		return g[len(w)], "(end)"
	}
	return "(end)", w[len(g)]
}

// kind is what failures of one cause have in common: the first line without what differs.
func (o outcome) kind() string {
	k := regexp.MustCompile(` at In\[[^ ]*$`).ReplaceAllString(o.said, "")
	k = regexp.MustCompile(`"[^"]*"|'[^']*'|0x[0-9a-f]+|\b\d+(\.\d+)?\b`).ReplaceAllString(k, "…")
	if r := []rune(k); len(r) > 110 {
		k = string(r[:110]) + "…"
	}
	return k
}

// conclude prints the report and fails the test if there are failures that are not known,
// or too many.
func conclude(t *testing.T, m mode, outcomes []outcome) {
	var failures []outcome
	for _, o := range outcomes {
		if !o.ok {
			failures = append(failures, o)
		}
	}
	fmt.Printf("\n%s: %s\n%s\n%s", m.name, backEnd(), table(outcomes), causes(failures))
	if len(outcomes) <= 5 {
		for _, o := range outcomes {
			fmt.Printf("%s\n%s\n", o.line(), cmp.Or(o.more, head(o.printed, 20)))
		}
	}
	save(t, m, outcomes)
	if *engine != "native" {
		return // known.txt is about the native back-end
	}
	checkKnown(t, m, outcomes)
}

func backEnd() string {
	if *engine == "go" {
		return "the Go compiler"
	}
	return "engine " + *engine
}

// table is the share that passes, folder by folder.
func table(outcomes []outcome) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-10s %5s %5s %5s %7s %9s\n", "folder", "n", "pass", "fail", "share", "time")
	row := func(name string, in func(Program) bool) {
		var n, passed int
		var took time.Duration
		for _, o := range outcomes {
			if in(o.program) {
				n++
				took += o.took
				if o.ok {
					passed++
				}
			}
		}
		if n > 0 {
			fmt.Fprintf(&b, "%-10s %5d %5d %5d %6.1f%% %8.1fs\n", name, n, passed, n-passed, 100*float64(passed)/float64(n), took.Seconds())
		}
	}
	for _, folder := range Folders() {
		row(strings.Replace(folder, ".", "top", 1), func(p Program) bool { return p.Folder == folder })
	}
	row("all", func(Program) bool { return true })
	return b.String()
}

// causes groups failures by what was seen, the commonest first.
func causes(failures []outcome) string {
	byKind := map[string][]outcome{}
	for _, o := range failures {
		byKind[o.kind()] = append(byKind[o.kind()], o)
	}
	kinds := slices.SortedFunc(maps.Keys(byKind), func(a, b string) int {
		return cmp.Or(len(byKind[b])-len(byKind[a]), strings.Compare(a, b))
	})
	var b strings.Builder
	for _, kind := range kinds {
		group := byKind[kind]
		fmt.Fprintf(&b, "%4d  %s\n", len(group), kind)
		var names []string
		for _, o := range group[:min(len(group), *examples)] {
			names = append(names, o.program.Name)
		}
		if len(group) > *examples {
			names = append(names, "…")
		}
		fmt.Fprintf(&b, "      %s\n", strings.Join(names, " "))
	}
	return b.String()
}

// save writes a line for each outcome; the other mode's lines stay.
func save(t *testing.T, m mode, outcomes []outcome) {
	if *results == "" {
		return
	}
	var b strings.Builder
	old, _ := os.ReadFile(*results)
	for line := range strings.Lines(string(old)) {
		if !strings.HasPrefix(line, m.name+"\t") {
			b.WriteString(line)
		}
	}
	for _, o := range outcomes {
		word := "ok"
		if !o.ok {
			word = "fail"
		}
		fmt.Fprintf(&b, "%s\t%s\t%s\t%.2f\t%s\n", m.name, word, o.program.Name, o.took.Seconds(), o.said)
	}
	if err := os.WriteFile(*results, []byte(b.String()), 0o644); err != nil {
		t.Error(err)
	}
}

// failedBefore names what failed according to the file of -gotest.again.
func failedBefore(t *testing.T, m mode) map[string]bool {
	failed := map[string]bool{}
	if *again == "" {
		return failed
	}
	data, err := os.ReadFile(*again)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if f := strings.Split(line, "\t"); len(f) == 5 && f[0] == m.name && f[1] == "fail" {
			failed[f[2]] = true
		}
	}
	return failed
}
