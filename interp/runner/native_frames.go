package runner

import (
	"regexp"
	"runtime"
	"strings"

	"github.com/parago/parago/interp/runner/wire"
)

// mangling is put before names that other cells' packages must see.
const mangling = "Ⲡ"

// frames are the calls of a stack that are in compiled cells, the innermost first.
func (n *natives) frames(stack []uintptr) []wire.Frame {
	if len(stack) == 0 {
		return nil
	}
	var all []wire.Frame
	frames := runtime.CallersFrames(stack)
	for {
		f, more := frames.Next()
		if cell, ok := n.cellOf(f.File); ok {
			all = append(all, wire.Frame{File: cell, Line: f.Line, Func: n.nameOf(f)})
		}
		if !more {
			return all
		}
	}
}

// here are the frames of the calling goroutine. In a deferred call, they are those of the panic.
func (n *natives) here() []wire.Frame {
	stack := make([]uintptr, maxNativeFrames)
	return n.frames(stack[:runtime.Callers(2, stack)])
}

// maxNativeFrames bounds what is looked at of a stack.
const maxNativeFrames = 256

// frame is a call in a stack that another process has written, for procpool.
func (n *natives) frame(function, file string, line int) (string, bool) {
	cell, ok := n.cellOf(file)
	if !ok {
		return "", false
	}
	return wire.Frame{File: cell, Line: line, Func: nativeName(function)}.String(), true
}

// literal is what the compiler puts behind the name of a function for what is in it: a
// literal, the body of a range over a function, the call of a go or defer statement.
var literal = pattern(`(\.func\d+|\.gowrap\d+|\.deferwrap\d+|-range\d+|\.\d+)+$`)

// nameOf is the name of a frame's function.
func (n *natives) nameOf(f runtime.Frame) string {
	if f.Function == mainMain && (f.Func == nil || !n.isRun(f.Entry)) { // a call that is inlined is none of Run
		return "main"
	}
	return nativeName(f.Function)
}

// mainMain is the name of a cell's statements, where package native has given functions the names
// that they have in a program, and of a function main that a cell declares.
const mainMain = "main.main"

// nativeName is a function's name in a compiled cell as the user wrote it. Of main.main it is that
// of the statements.
func nativeName(full string) string {
	_, name, ok := splitName(full)
	if !ok {
		name = strings.TrimPrefix(name, "main.")
	}
	name = nativePlain(name)
	outer := literal().ReplaceAllString(name, "")
	switch {
	case strings.Contains(name[len(outer):], "func"):
		return "func literal"
	case outer == "۰run", outer == "main" && !ok:
		return "cell"
	case strings.HasPrefix(outer, "(*lit۰"), strings.HasPrefix(outer, "func۰"):
		return "func literal"
	}
	return version().ReplaceAllString(strings.TrimSuffix(outer, "[...]"), "")
}

// cellNames are paths of cells' packages where a text names what is in them.
var cellNames = pattern(regexp.QuoteMeta(cellPath) + `\w+\.`)

// nativePlain is a text without what compiled names have more than the user's.
func nativePlain(text string) string {
	if strings.Contains(text, cellPath) {
		text = cellNames().ReplaceAllString(text, "main.")
	}
	return strings.ReplaceAll(text, mangling, "")
}

// nativePanic is a panic with v as a cell's error.
func nativePanic(v any, frames []wire.Frame) *wire.Error {
	return &wire.Error{Kind: wire.Panic, Name: "panic", Text: nativeText(v), Frames: frames}
}
