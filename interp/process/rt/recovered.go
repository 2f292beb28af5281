package rt

import (
	"runtime"
	"strings"
)

// spelled is what stands before names that the packages of cells share (package
// interp/native/gen).
const spelled = "Ⲡ"

// Recovered is the value of a recover, in the user's words: errors of the runtime
// name methods as packages share them.
func Recovered(v any) any {
	if e, ok := v.(runtime.Error); ok && strings.Contains(e.Error(), spelled) {
		return reworded{cause: e}
	}
	return v
}

// A reworded error is one of the runtime's.
type reworded struct{ cause runtime.Error }

func (r reworded) RuntimeError() {}
func (r reworded) Unwrap() error { return r.cause }
func (r reworded) Error() string { return strings.ReplaceAll(r.cause.Error(), spelled, "") }
