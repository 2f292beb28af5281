package native

import (
	"path"
	"regexp"
	"strings"

	"github.com/parago/parago/interp/native/object"
)

// showAsMain renames the functions in an object file of a cell's package, as far as the
// runtime tells of them.
func showAsMain(file, importPath string) error {
	return object.RenameFunctions(file, userFunction(path.Dir(importPath)+"/"))
}

// exported is what names of the user's begin with that other packages must see, and which are
// not exported (package write/compiled).
const exported = "Ⲡ"

// ours are what names of functions in cells' texts have more than the user's (package
// write/compiled): the cell's own function and those around literals, of which the user
// knows none, a mark of what another package may call, and the number of a redeclaration.
var ours = []struct {
	is *regexp.Regexp
	to string
}{
	{regexp.MustCompile(`\(\*Ⲡlit۰(\d+)(\[.*\])?\)\.Call`), "main.func$1.1"},
	{regexp.MustCompile(`Ⲡlits۰(\d+)(\[.*\])?\.Call`), "main.func$1.2"}, // package runner knows these by their names
	{regexp.MustCompile(`Ⲡfunc۰(\d+)`), "main.func$1"},
	{regexp.MustCompile(`Ⲡ۰run`), "main"},
	{regexp.MustCompile(`Ⲡ((via|now)۰)?`), ""},
	{regexp.MustCompile(`۰\d+`), ""},
	{regexp.MustCompile(`۰`), "."},
}

// userFunction gives functions of packages below a path the names that they have in a program of
// one package main.
func userFunction(prefix string) func(string) string {
	packages := regexp.MustCompile(regexp.QuoteMeta(prefix) + `[0-9A-Za-z_]+\.`)
	return func(name string) string {
		if !strings.Contains(name, prefix) {
			return name
		}
		name = packages.ReplaceAllString(name, "main.")
		for _, o := range ours {
			name = o.is.ReplaceAllString(name, o.to)
		}
		return name
	}
}
