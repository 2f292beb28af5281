package interp

import (
	"go/doc"
	"go/parser"
	"go/token"
)

// wantedOutput is what an example is to print, as its last comment says.
func wantedOutput(function string) (output string, unordered, ok bool) {
	file, err := parser.ParseFile(token.NewFileSet(), "example_test.go", "package p\n"+function, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return "", false, false
	}
	for _, e := range doc.Examples(file) {
		return e.Output, e.Unordered, e.Output != "" || e.EmptyOutput
	}
	return "", false, false
}
