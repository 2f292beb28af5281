package rt

import (
	"regexp"
	"runtime"
	"strings"
	"sync"
)

// spelled is what stands before names that the packages of cells share (package
// interp/write/compiled).
const spelled = "Ⲡ"

// Recovered is the value of a recover, in the user's words: errors of the runtime
// name methods as packages share them.
func Recovered(v any) any {
	if e, ok := v.(runtime.Error); ok && asUser(e.Error()) != e.Error() {
		return reworded{cause: e}
	}
	return v
}

// A reworded error is one of the runtime's.
type reworded struct{ cause runtime.Error }

func (r reworded) RuntimeError() {}
func (r reworded) Unwrap() error { return r.cause }
func (r reworded) Error() string { return asUser(r.cause.Error()) }

// cellPath is the import path of a cell's package. It is compiled when it is first used: each worker
// would wait for it.
var cellPath = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`parago/cells/[0-9a-f]+\.`) })

// asUser writes a text with names as the user knows them.
func asUser(text string) string {
	return cellPath().ReplaceAllString(strings.ReplaceAll(text, spelled, ""), "main.")
}
