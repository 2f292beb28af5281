package gotest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/parago/parago/interp"
)

// A feature is a case of a file of cells, as tests/python/test_cells.py has it: "== name |
// group" starts one, a line "--" ends a cell, and ">>" stands before what all cells
// together print. A result counts as printed, with or without "= " before it.
type feature struct {
	name, group string
	cells       []string
	want        string
}

// TestFeatures runs the cases of the file or folder that -gotest.cells names in sessions,
// without a kernel. ../python/test_cells.py runs the same files through a kernel; this is
// the quick way, while a back-end is being worked on.
func TestFeatures(t *testing.T) {
	if *cells == "" {
		t.Skip("-gotest.cells or PARAGO_CELLS names the cases; TestCells of package tests runs the usual ones through a kernel")
	}
	ready(t)
	for _, c := range readFeatures(t, *cells) {
		if !strings.Contains(c.name, *features) {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if *show {
				t.Log(strings.Join(c.cells, "\n--\n"))
			}
			printed, failed := c.run(t)
			if said := c.judge(printed, failed); said != "" {
				t.Error(said)
			}
		})
	}
}

func readFeatures(t *testing.T, place string) (all []feature) {
	files := []string{place}
	if info, err := os.Stat(place); err == nil && info.IsDir() {
		files, _ = filepath.Glob(filepath.Join(place, "*.txt"))
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range regexp.MustCompile(`(?m)^== `).Split(string(data), -1)[1:] {
			title, rest, _ := strings.Cut(block, "\n")
			name, group, _ := strings.Cut(title, "|")
			source, want, _ := strings.Cut(rest, "\n>>\n")
			c := feature{name: strings.TrimSpace(name), group: strings.TrimSpace(group), want: strings.TrimSpace(want)}
			for _, cell := range regexp.MustCompile(`(?m)^--\n`).Split(source+"\n", -1) {
				c.cells = append(c.cells, strings.Trim(cell, "\n"))
			}
			all = append(all, c)
		}
	}
	return all
}

// run evaluates the cells up to the first that fails, and returns what they print with
// their results, and the error with what stands on stderr.
func (c feature) run(t *testing.T) (printed, failed string) {
	limit := *limit
	switch {
	case c.want == "ERR deadline":
		limit = 5 * time.Second
	case c.group == "crash":
		limit = 10 * time.Second // of which one waits for ever
	}
	out := &screen{}
	mark := fmt.Sprintf("PARAGO_TEST_MARK=%d-%p", os.Getpid(), out)
	s := newSession(t, out, t.TempDir(), mark)
	defer s.Close()
	if strings.HasPrefix(c.want, "ERR memory") {
		limitMemory(t, mark)
	}
	for n, source := range c.cells {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		stuck := time.AfterFunc(limit+10*time.Second, func() { s.Close() })
		r, err := s.Eval(ctx, interp.Cell{N: n + 1, Source: source, Origin: fmt.Sprint(n + 1)})
		stuck.Stop()
		cancel()
		if err == nil && r.Data != nil {
			out.Write("", interp.Stdout, fmt.Appendln(nil, r.Data["text/plain"]))
		}
		survives := strings.Contains(c.group, "crash") && n < len(c.cells)-1
		var e *interp.Error
		if errors.As(err, &e) && !survives {
			trace := colour.ReplaceAllString(strings.Join(e.Traceback, "\n"), "")
			return out.text().stdout, e.Name + "\n" + e.Value + "\n" + trace + "\n" + out.text().all
		}
	}
	return out.text().stdout, ""
}

// judge says what is wrong, or nothing.
func (c feature) judge(printed, failed string) string {
	words, wantsError := strings.CutPrefix(c.want, "ERR")
	words = strings.TrimSpace(words)
	switch {
	case strings.HasPrefix(failed, "Unsupported") && strings.HasPrefix(c.group, "compiled") && *engine == "interp":
		return ""
	case wantsError && failed == "":
		return fmt.Sprintf("no error; printed %q", printed)
	case wantsError && !strings.Contains(failed, words) && (words != "deadline" || !strings.Contains(failed, "nterrupt")):
		return fmt.Sprintf("no %q in the error:\n%s", words, failed)
	case !wantsError && failed != "":
		return failed
	case !wantsError && trimLines(printed) != trimLines(c.want):
		return fmt.Sprintf("printed:\n%s\nwant:\n%s", printed, c.want)
	}
	return ""
}

// trimLines leaves out spaces at the ends of lines and of the text, and marks of results.
func trimLines(s string) string {
	return regexp.MustCompile(`(?m)^= |[ \t]+$`).ReplaceAllString(strings.TrimSpace(s), "")
}
