package tests

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// testNames finds the names of tests, in each place where there are some.
var testNames = []struct {
	place string // its letter in testdata/acceptance.txt
	files []string
	name  *regexp.Regexp
}{
	{"L", []string{"procpool/*_test.go", "procpool/*/*_test.go"}, regexp.MustCompile(`(?m)^func (?:Test|Benchmark)(\w+)`)},
	{"C", []string{"tests/cells/testdata/*.cells", "tests/processes/testdata/*.cells", "interp/testdata/*.cells"}, regexp.MustCompile(`(?m)^== (.*)$`)},
	{"J", []string{"tests/jupyter/python/test_*.py", "tests/*_test.go", "tests/*/*_test.go"}, regexp.MustCompile(`(?m)^(?:def test_|func Test)(\w+)`)},
}

var acceptanceID = regexp.MustCompile(`^[A-Ha-h]\d\d$`)

// TestAcceptance holds testdata/acceptance.txt, the list of what procpool must do, against
// the names of the tests that show it. PARAGO_UPDATE=1 writes the places anew.
func TestAcceptance(t *testing.T) {
	t.Parallel()
	found := map[string]string{}
	for _, n := range testNames {
		for _, id := range idsIn(t, n.files, n.name) {
			if !strings.Contains(found[id], n.place) {
				found[id] += n.place
			}
		}
	}
	file := filepath.Join(root(t), "tests/testdata/acceptance.txt")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	for i, line := range lines {
		if line == "" || line[0] == '#' {
			continue
		}
		id, rest, _ := strings.Cut(line, " ")
		places, what, _ := strings.Cut(strings.TrimSpace(rest), " ")
		if found[id] == "" {
			t.Errorf("no test bears the id of %s", line)
		} else if found[id] != places {
			t.Errorf("%s is tested in %s, the list says %s: run this with PARAGO_UPDATE=1", id, found[id], places)
		}
		lines[i] = fmt.Sprintf("%s %-3s %s", id, cmp.Or(found[id], "none"), strings.TrimSpace(what))
		delete(found, id)
	}
	for id := range found {
		t.Errorf("the list has no %s, whose id tests bear", id)
	}
	if os.Getenv("PARAGO_UPDATE") != "" {
		if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// idsIn returns the ids that names of tests in files bear.
func idsIn(t *testing.T, patterns []string, name *regexp.Regexp) (ids []string) {
	for _, pattern := range patterns {
		files, _ := filepath.Glob(filepath.Join(root(t), pattern))
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range name.FindAllStringSubmatch(string(text), -1) {
				for _, word := range strings.FieldsFunc(m[1], func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
					if acceptanceID.MatchString(word) {
						ids = append(ids, strings.ToUpper(word))
					}
				}
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
