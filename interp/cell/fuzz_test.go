package cell_test

import (
	"os"
	"strings"
	"testing"

	"github.com/parago/parago/interp/cell"
)

// FuzzParse shows that no text makes Parse, ParsePartial, Completeness or Closers
// panic, and that a text that parses is not called invalid.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"testdata/parse.txt", "testdata/complete.txt"} {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, block := range strings.Split(string(text), "\n>>") {
			f.Add(block)
			if _, src, ok := strings.Cut(block, "\n"); ok {
				f.Add(src)
			}
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		c, err := cell.Parse(1, src)
		status, _ := cell.Completeness(src)
		if err == nil && status == "invalid" {
			t.Errorf("%q parses and is called invalid", src)
		}
		if err == nil && c == nil {
			t.Errorf("%q gives neither a cell nor an error", src)
		}
		cell.ParsePartial(1, src)
		cell.Closers(src)
	})
}
