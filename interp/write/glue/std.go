package glue

import (
	"go/types"
	"strings"

	"github.com/parago/parago/interp/agree"
)

// fit are the packages whose functions, types and variables glue may use: the session
// process has tables of them. A cell that uses another one is compiled.
var fit = set(strings.Join(agree.Library(), " ") + `
	github.com/parago/parago/procpool github.com/parago/parago/interp/display github.com/parago/parago/interp/display/gonbui
`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, word := range strings.Fields(words) {
		m[word] = true
	}
	return m
}

const procpool = "github.com/parago/parago/procpool"

// callsBack are packages that call functions they are given before they return.
var callsBack = set("bytes regexp sort strings")

// unfit are names of fit packages that glue may not use.
var unfit = map[string]string{
	"os.Stdin":              "os.Stdin",
	"runtime.Goexit":        "runtime.Goexit",
	"runtime.Caller":        "a look at the stack",
	"runtime.Callers":       "a look at the stack",
	"runtime.CallersFrames": "a look at the stack",
	"runtime.FuncForPC":     "a look at the stack",
	"runtime.Stack":         "a look at the stack",
	"runtime/debug.Stack":   "a look at the stack",

	"runtime/debug.PrintStack": "a look at the stack",

	"(sync.Locker).Lock": "a lock that cannot be interrupted",
	"(*sync.Cond).Wait":  "a wait that cannot be interrupted",
}

// logs are packages that may note where they are called.
var logs = set("log log/slog")

// writers are what their functions and methods begin with that do.
var writers = []string{"Print", "Fatal", "Panic", "Output", "Debug", "Info", "Warn", "Error", "Log"}

// looks refuses functions and methods that look at the stack, on which the interpreter's calls are.
func (w *writer) looks(fn *types.Func) {
	if fn.Pkg() == nil || !logs[fn.Pkg().Path()] {
		return
	}
	for _, name := range writers {
		if strings.HasPrefix(fn.Name(), name) {
			w.no("a look at the stack")
		}
	}
}

// packageFunc writes a function of an imported package.
func (w *writer) packageFunc(fn *types.Func) string {
	w.looks(fn)
	if fn.Pkg() != nil {
		if name := agree.StandIn(fn.Pkg().Path() + "." + fn.Name()); name != "" {
			return w.pkg(Runtime) + "." + name
		}
	}
	return w.packageName(fn)
}

// packageVar writes a variable of an imported package. The interpreter takes one of a basic
// type for a constant.
func (w *writer) packageVar(v *types.Var) string {
	switch v.Type().Underlying().(type) {
	case *types.Basic, *types.Signature, *types.Array:
		w.no("the variable %s of a package", v.Name())
	}
	return w.packageName(v)
}

// packageName writes a name of an imported package.
func (w *writer) packageName(o types.Object) string {
	if o.Pkg() == nil || isSession(o.Pkg()) || o.Parent() != o.Pkg().Scope() || !o.Exported() {
		w.no("%s, which has no name outside", o.Name())
	}
	path := o.Pkg().Path()
	w.fits(path)
	if reason := unfit[path+"."+o.Name()]; reason != "" {
		w.no("%s", reason)
	}
	return w.pkg(path) + "." + o.Name()
}

func (w *writer) fits(path string) {
	if !fit[path] {
		w.no("package %s", path)
	}
}
