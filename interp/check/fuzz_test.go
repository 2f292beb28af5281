package check_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/parago/parago/interp/cell"
	"github.com/parago/parago/interp/check"
)

var answers = regexp.MustCompile(`(?m)^>>\n(?:(?:decls|vars|inits|main|result|error|note| ).*\n)*`)

// FuzzSession shows that no session of cells is more than Check, Complete and Inspect
// can bear, and that a cell that has been accepted is accepted again.
func FuzzSession(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, block := range strings.Split(string(text), "\n== ")[1:] {
			_, block, _ = strings.Cut(block, "\n")
			f.Add(answers.ReplaceAllString(block, ""))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := check.NewScope(check.Options{})
		for i, src := range strings.Split(text, "\n--\n") {
			c, err := cell.Parse(i+1, src)
			s.Complete(src, len(src)/2)
			s.Inspect(src, len(src)/2, 1)
			if err != nil {
				continue
			}
			u, err := s.Check(c)
			if err == nil {
				s.Commit(u)
				continue
			}
			if strings.Contains(err.Error(), "internal error") {
				t.Errorf("%q: %v", src, err)
			}
		}
		s.Variables()
	})
}
