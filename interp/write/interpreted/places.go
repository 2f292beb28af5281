package interpreted

import (
	"go/ast"
	"go/types"
)

// What an interpreted function calls is called by the interpreter: whoever looks at the stack finds
// the interpreter's own code there. Such calls are refused.

// placed are functions of packages that say where they are called.
var placed = map[string]bool{
	"runtime.Caller": true, "runtime.Callers": true, "runtime.Stack": true,
	"runtime/debug.Stack": true, "runtime/debug.PrintStack": true,
}

// placeNames are what has others say that: flags of package log, a field of package slog's options.
var placeNames = map[string]bool{"log.Lshortfile": true, "log.Llongfile": true, "log/slog.AddSource": true}

// places refuses a call that would show places in the interpreter's code.
func (f *writer) places(e *ast.CallExpr, name string) {
	if placed[name] {
		f.no(e, name, "on the stack there is the interpreter, and not the cell")
	}
	for _, a := range e.Args {
		ast.Inspect(a, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			if o := f.info.Uses[id]; isPlace(o) {
				f.no(id, o.Name(), "on the stack there is the interpreter, and not the cell")
			}
			return true
		})
	}
}

func isPlace(o types.Object) bool {
	return o != nil && o.Pkg() != nil && placeNames[o.Pkg().Path()+"."+o.Name()]
}
