package check

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/parago/parago/procpool"
)

var (
	namedFunction = regexp.MustCompile(`procpool\.(\w+)`)
	namedKinds    = regexp.MustCompile(`procpool\\\.\(([\w|]+)\)`) // in a pattern, of which a hint names the New function
	namedMethod   = regexp.MustCompile(`\$1\.(\w+)\(`)
)

// TestHabitsNameWhatThereIs looks for the functions and methods that hints name in the source of procpool.
func TestHabitsNameWhatThereIs(t *testing.T) {
	t.Parallel()
	var source strings.Builder
	files, err := fs.Glob(procpool.Source, "*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := fs.ReadFile(procpool.Source, name)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(text)
	}
	has := func(pattern string) bool {
		return regexp.MustCompile(`(?m)^func ` + pattern).MatchString(source.String())
	}
	for _, h := range habits {
		for _, m := range namedFunction.FindAllStringSubmatch(h.hint, -1) {
			names := []string{m[1]}
			if m[1] == "New" {
				names = nil
				for kind := range strings.SplitSeq(namedKinds.FindStringSubmatch(h.says().String())[1], "|") {
					names = append(names, "New"+kind)
				}
			}
			for _, name := range names {
				if name != "" && !has(name+`[\[(]`) {
					t.Errorf("%q: there is no procpool.%s", h.hint, name)
				}
			}
		}
		for _, m := range namedMethod.FindAllStringSubmatch(h.hint, -1) {
			if !has(`\(\w+ \*\w+(\[.+\])?\) ` + m[1] + `\(`) {
				t.Errorf("%q: there is no method %s", h.hint, m[1])
			}
		}
	}
}
