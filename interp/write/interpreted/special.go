package interpreted

import (
	"go/ast"
	"go/constant"
	"go/types"
	"strconv"
	"strings"
)

// special writes calls of native functions that look at the types of what they are
// given, so that they see what Go would show them. "" means: no special case.
func (f *writer) special(e *ast.CallExpr) string {
	fn, ok := f.callee(e).(*types.Func)
	if !ok || fn.Pkg() == nil || f.session(fn) {
		return ""
	}
	name := nativeName(fn)
	f.places(e, name)
	if s := f.wait(e, fn); s != "" {
		return s
	}
	if s := f.started(e); s != "" {
		return s
	}
	if s := f.capturing(e, fn, name); s != "" {
		return s
	}
	if wrap, ok := tested[name]; ok && len(e.Args) == 2 {
		return f.tested(e, wrap)
	}
	if w, ok := formatted[name]; ok && !e.Ellipsis.IsValid() {
		return f.formatted(e, name, w)
	} else if ok {
		return f.formatted(e, name, w)
	}
	if name == "errors.As" && len(e.Args) == 2 {
		return f.errorsAs(e)
	}
	if at, ok := decodes[name]; ok && len(e.Args) > at {
		f.plainJSON(e, f.typeOf(e.Args[at]), map[types.Type]bool{})
		return f.decodeCall(e, at)
	}
	if encodes[name] {
		f.plainJSON(e, f.typeOf(e.Args[0]), map[types.Type]bool{})
		return ""
	}
	if !f.boxesIn(e, fn) {
		return ""
	}
	switch {
	case bare[name]:
		return f.bareCall(e, fn)
	case sees[name] || opaque(fn):
		return ""
	}
	for _, a := range e.Args {
		t := f.typeOf(a)
		if !f.pure(t) && !isInterface(t) {
			f.no(a, "a value of a cell's type given to "+name, name+" would not see its type, its methods or its field names")
		}
	}
	return ""
}

// boxesIn says whether a native function gets a value of a session's type as interface.
func (f *writer) boxesIn(e *ast.CallExpr, fn *types.Func) bool {
	sig, ok := f.underlying(f.typeOf(e.Fun)).(*types.Signature)
	if !ok {
		return false
	}
	n := sig.Params().Len()
	for i, a := range e.Args {
		t := f.typeOf(a)
		if t == nil || f.pure(t) || isInterface(t) {
			continue
		}
		if _, ok := t.(*types.Tuple); ok {
			continue
		}
		pt := types.Type(types.Typ[types.Int])
		switch {
		case sig.Variadic() && i >= n-1:
			pt = f.variadicElem(sig)
		case i < n:
			pt = sig.Params().At(i).Type()
		}
		if it, ok := pt.Underlying().(*types.Interface); ok && it.NumMethods() == 0 {
			return true
		}
	}
	return false
}

// opaque says whether a function only prints, stores or passes on what it is given.
func opaque(fn *types.Func) bool {
	switch fn.Pkg().Path() {
	case "fmt":
		return !strings.Contains(fn.Name(), "can")
	case "log", "testing":
		return true
	case "sync", "container/list", "container/ring", "container/heap", "context", "sync/atomic":
		return true
	case "errors":
		return true
	}
	public, _, _ := strings.Cut(fn.Pkg().Path(), "/internal/") // of procpool's rooms, which its generic types are made of
	return strings.HasSuffix(public, "parago/procpool") || strings.HasSuffix(public, "interp/display")
}

// sees lists functions for which a Box is as good as the value.
var sees = map[string]bool{"reflect.DeepEqual": true}

// bare lists functions that look at the shape of a value and not at its type.
var bare = map[string]bool{
	"sort.Slice": true, "sort.SliceStable": true, "sort.SliceIsSorted": true, "reflect.Swapper": true,
	"fmt.Sscan": true, "fmt.Sscanf": true, "fmt.Sscanln": true, "fmt.Scan": true, "fmt.Scanf": true, "fmt.Scanln": true,
	"fmt.Fscan": true, "fmt.Fscanf": true, "fmt.Fscanln": true,
}

// bareCall hands values over without their boxes.
func (f *writer) bareCall(e *ast.CallExpr, fn *types.Func) string {
	sig := f.typeOf(e.Fun).(*types.Signature)
	args := f.args(e, sig)
	for i, a := range e.Args {
		if t := f.typeOf(a); !f.pure(t) || isInterface(t) {
			args[i] = "parago۰.Bare(" + f.conv(a, types.NewInterfaceType(nil, nil)) + ")"
		}
	}
	return f.callFun(e.Fun) + "(" + strings.Join(args, ", ") + ")"
}

// A formatting function: where its format stands, and what prints its text.
type formatting struct {
	at    int
	plain string // the function that takes one text: fmt.Print for fmt.Printf
}

var formatted = map[string]formatting{
	"fmt.Printf": {0, "fmt۰.Print"}, "fmt.Sprintf": {0, ""}, "fmt.Fprintf": {1, "fmt۰.Fprint"}, "fmt.Errorf": {0, "error"},
	"fmt.Appendf": {1, "fmt۰.Append"}, "log.Printf": {0, "log۰.Print"}, "log.Fatalf": {0, "log۰.Fatal"}, "log.Panicf": {0, "log۰.Panic"},
}

// asksBoxes reports whether fmt only asks the arguments of a format, which a Box answers itself: it says no
// types, takes no widths from arguments, and finds a verb for each of them.
func asksBoxes(format string, args int) bool {
	verbs := strings.Count(format, "%") - 2*strings.Count(format, "%%")
	return !strings.ContainsAny(format, "T*[") && verbs >= args
}

// formatted writes a call with a format. If fmt would say more of an argument than that says itself, the
// runtime rewrites the format.
func (f *writer) formatted(e *ast.CallExpr, name string, w formatting) string {
	if len(e.Args) <= w.at {
		return ""
	}
	if v := f.info.Types[e.Args[w.at]].Value; v != nil && v.Kind() == constant.String {
		s := constant.StringVal(v)
		f.pointers(e, s)
		if asksBoxes(s, len(e.Args)-w.at-1) && !e.Ellipsis.IsValid() && name != "fmt.Errorf" {
			return ""
		}
	}
	if _, ok := f.typeOf(e.Args[0]).(*types.Tuple); ok {
		return ""
	}
	sig := f.typeOf(e.Fun).(*types.Signature)
	args := f.args(e, sig)
	inner := "parago۰.Sprintf(" + strings.Join(args[w.at:], ", ") + ")"
	switch {
	case w.plain == "":
		return inner
	case w.plain == "error":
		return "parago۰.Errorf(" + strings.Join(args, ", ") + ")"
	case w.at == 1:
		return f.pkg("fmt") + w.plain[len("fmt۰"):] + "(" + args[0] + ", " + inner + ")"
	}
	i := strings.Index(w.plain, "۰")
	return f.pkg(w.plain[:i]) + w.plain[i+len("۰"):] + "(" + inner + ")"
}

// pointers refuses %p of what a Box holds by value.
func (f *writer) pointers(e *ast.CallExpr, format string) {
	if !strings.Contains(format, "%p") {
		return
	}
	for _, a := range e.Args {
		if t := f.typeOf(a); !f.pure(t) && !isInterface(t) {
			f.no(e, "%p of a value of a cell's type", "fmt would show the address of something else")
		}
	}
}

// errorsAs writes errors.As, which finds its target's type in the type of a pointer.
func (f *writer) errorsAs(e *ast.CallExpr) string {
	pt, ok := f.underlying(f.typeOf(e.Args[1])).(*types.Pointer)
	if !ok {
		f.no(e, "errors.As", "its target is not written as a pointer")
	}
	err := types.Universe.Lookup("error").Type()
	return "parago۰.As(" + f.conv(e.Args[0], err) + ", " + strconv.Quote(f.key(pt.Elem())) + ", " + f.expr(e.Args[1]) + ")"
}

// decodes lists functions that fill a value through a pointer by reflection, and which
// argument that is.
var decodes = map[string]int{"encoding/json.Unmarshal": 1, "encoding/json.Decoder.Decode": 0}

// encodes lists functions that read values by reflection and ask a Box for its JSON.
var encodes = map[string]bool{"encoding/json.Marshal": true, "encoding/json.MarshalIndent": true, "encoding/json.Encoder.Encode": true}

// decodeCall hands over a pointer of a form that shows the user's field names.
func (f *writer) decodeCall(e *ast.CallExpr, at int) string {
	sig := f.typeOf(e.Fun).(*types.Signature)
	args := f.args(e, sig)
	args[at] = "parago۰.Shadow(" + args[at] + ")"
	fun := ""
	if s, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr); ok && f.info.Selections[s] != nil {
		fun, _ = f.method(s.X, s.Sel, f.info.Selections[s])
	} else {
		fun = f.callFun(e.Fun)
	}
	return fun + "(" + strings.Join(args, ", ") + ")"
}

// plainJSON refuses types that the plain form cannot stand for: recursive ones, and those
// with methods that encoding/json would call.
func (f *writer) plainJSON(e *ast.CallExpr, t types.Type, seen map[types.Type]bool) {
	t = types.Unalias(f.subst(t))
	if n, ok := t.(*types.Named); ok {
		if n.Obj().Pkg() == nil || !f.ours(n) {
			return
		}
		if seen[t] {
			f.no(e, "JSON of the type "+n.Obj().Name(), "it is recursive")
		}
		for _, m := range []string{"MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText"} {
			if o, _, _ := types.LookupFieldOrMethod(types.NewPointer(n), true, n.Obj().Pkg(), m); o != nil {
				f.no(e, "JSON of the type "+n.Obj().Name(), "its method "+m+" would not be called")
			}
		}
		seen[t] = true
		defer delete(seen, t)
	}
	switch u := f.underlying(t).(type) {
	case *types.Pointer:
		f.plainJSON(e, u.Elem(), seen)
	case *types.Slice:
		f.plainJSON(e, u.Elem(), seen)
	case *types.Array:
		f.plainJSON(e, u.Elem(), seen)
	case *types.Map:
		f.plainJSON(e, u.Key(), seen)
		f.plainJSON(e, u.Elem(), seen)
	case *types.Struct:
		for v := range u.Fields() {
			if v.Embedded() && !v.Exported() {
				f.no(e, "JSON of a struct that embeds "+v.Name(), "an embedded type of lower case")
			}
			f.plainJSON(e, v.Type(), seen)
		}
	}
}

// tested are methods that call what they are given on a goroutine of its own, where a panic
// is to fail the test, and what makes it so.
var tested = map[string]string{"testing.T.Run": "Tested", "testing.B.Run": "TestedB"}

// tested writes t.Run(name, f).
func (f *writer) tested(e *ast.CallExpr, wrap string) string {
	s := ast.Unparen(e.Fun).(*ast.SelectorExpr)
	if f.info.Selections[s] == nil {
		return ""
	}
	fun, _ := f.method(s.X, s.Sel, f.info.Selections[s])
	args := f.args(e, f.underlying(f.typeOf(e.Fun)).(*types.Signature))
	return fun + "(" + args[0] + ", parago۰." + wrap + "(" + args[1] + "))"
}
