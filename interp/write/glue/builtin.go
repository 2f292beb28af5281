package glue

import (
	"go/ast"
	"go/types"
	"strings"
)

// builtin is the name of the language's own function that a call calls, "" if it calls
// another.
func (w *writer) builtin(e *ast.CallExpr) string {
	if id, ok := ast.Unparen(e.Fun).(*ast.Ident); ok && w.info.Types[e.Fun].IsBuiltin() {
		return id.Name
	}
	if w.info.Types[e.Fun].IsBuiltin() {
		w.no("package unsafe")
	}
	return ""
}

// builtinCall writes a call of one of the language's own functions.
func (w *writer) builtinCall(e *ast.CallExpr) string {
	name := w.builtin(e)
	reason, ok := builtins[name]
	switch {
	case !ok:
		w.no("%s, which is not on the list", name)
	case reason != "":
		w.no("%s", reason)
	}
	switch name {
	case "append":
		return w.appendCall(e)
	case "make", "new":
		return w.allocation(name, e)
	case "delete":
		m := w.typeOf(e.Args[0]).Underlying().(*types.Map)
		if types.IsInterface(m.Key()) {
			w.no("a map whose keys are interfaces")
		}
		x := w.expr(e.Args[0])
		w.out("delete(%s, %s)\n", x, w.value(e.Args[1], m.Key()))
		return ""
	case "panic":
		w.out("panic(%s)\n", w.value(e.Args[0], anyType))
		return ""
	case "copy":
		x := w.expr(e.Args[0])
		return w.keep("copy(" + x + ", " + w.expr(e.Args[1]) + ")")
	case "len", "cap":
		if _, ok := w.typeOf(e.Args[0]).Underlying().(*types.Pointer); ok {
			w.no("the length of an array behind a pointer")
		}
	}
	var args []string
	for _, a := range e.Args {
		args = append(args, w.expr(a))
	}
	return name + "(" + strings.Join(args, ", ") + ")"
}

// appendCall writes append, which changes what others may see: at this point of the program.
func (w *writer) appendCall(e *ast.CallExpr) string {
	t := w.typeOf(e)
	elem := t.Underlying().(*types.Slice).Elem()
	args := []string{w.value(e.Args[0], t)}
	if e.Ellipsis.IsValid() {
		args = append(args, w.value(e.Args[1], t)+"...")
	} else {
		for _, a := range e.Args[1:] {
			args = append(args, w.value(a, elem))
		}
	}
	return w.keep("append(" + strings.Join(args, ", ") + ")")
}

// allocation writes make and new.
func (w *writer) allocation(name string, e *ast.CallExpr) string {
	if !w.info.Types[e.Args[0]].IsType() {
		w.no("new of a value")
	}
	t := w.typeOf(e.Args[0])
	made := t
	if name == "new" {
		made = types.NewPointer(t)
	}
	w.soundType(t)
	w.compiledType(made)
	args := []string{w.typ(t)}
	for _, a := range e.Args[1:] {
		args = append(args, w.integer(a))
	}
	if _, ok := t.Underlying().(*types.Slice); ok && name == "make" {
		w.out("%s\n", w.native("Make", args[1], args[len(args)-1]))
	}
	return name + "(" + strings.Join(args, ", ") + ")"
}

// conversion writes T(x).
func (w *writer) conversion(e *ast.CallExpr) string {
	t, from := w.typeOf(e.Fun), w.typeOf(e.Args[0])
	w.soundType(t)
	w.compiledType(t)
	if types.IsInterface(t) {
		x := w.value(e.Args[0], t)
		if types.IsInterface(from) {
			w.no("a conversion between interfaces")
		}
		return w.keep(w.typ(t) + "(" + x + ")")
	}
	if w.info.Types[e.Args[0]].IsNil() {
		return w.zero(t)
	}
	if reason := w.converts(from.Underlying(), t.Underlying()); reason != "" {
		w.no("%s", reason)
	}
	return w.typ(t) + "(" + w.expr(e.Args[0]) + ")"
}

// converts says why a conversion between two underlying types is none of glue's.
func (w *writer) converts(from, to types.Type) string {
	switch to := to.(type) {
	case *types.Basic:
		f, ok := from.(*types.Basic)
		if !ok { // []byte to string
			return ""
		}
		if f.Info()&types.IsFloat != 0 && to.Info()&types.IsInteger != 0 && to.Kind() != types.Int && to.Kind() != types.Int64 {
			return "a conversion of a " + f.Name() + " to " + to.Name() // what does not fit is the compiler's choice
		}
		return ""
	case *types.Slice, *types.Map, *types.Struct:
		return ""
	}
	return "a conversion to a " + to.String()
}
