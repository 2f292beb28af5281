package compiled

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// composite writes a literal of a struct some of whose fields are hidden by another package.
func (w *writer) composite(x *ast.CompositeLit) (string, bool) {
	return w.open(x, false)
}

// open writes such a literal as a function that sets the fields one by one.
func (w *writer) open(x *ast.CompositeLit, address bool) (string, bool) {
	t := w.typeOf(x)
	pointer := address
	if p, ok := t.Underlying().(*types.Pointer); ok { // &T elided
		t, pointer = p.Elem(), true
	}
	paths, ok := w.elements(x)
	if !ok {
		return "", false
	}
	hidden := false
	for _, path := range paths {
		hidden = hidden || w.hides(t, path, x.Pos())
	}
	if !hidden {
		if _, ok := x.Type.(*ast.StructType); ok && !address {
			return "(" + w.inside(x) + ")", true // a name in its place may not stand in the head of an if
		}
		return "", false
	}
	name, ok := w.typeAt(x.Pos(), t)
	if !ok {
		fail(w.fset.Position(x.Pos()), "a literal of a struct that cannot be named here")
	}
	var b strings.Builder
	amp, result, made := "", name, t
	if pointer {
		amp, result, made = "&", "*"+name, types.NewPointer(t)
	}
	fmt.Fprintf(&b, "func() %s { v%s := %s%s{}; ", result, mark, amp, name)
	last := w.at(x.Lbrace) + 1
	for i, e := range x.Elts {
		val := e
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			val = kv.Value
		}
		gap := onlyLines(w.src.text[last:w.at(val.Pos())])
		last = w.at(val.End())
		target := w.through("v"+mark, true, made, paths[i], x.Pos())
		fmt.Fprintf(&b, "%s%s = %s; ", gap, target, w.text(val))
	}
	fmt.Fprintf(&b, "%sreturn v%s }()", onlyLines(w.src.text[last:w.at(x.Rbrace)]), mark)
	return b.String(), true
}

// elements are the paths to the fields that a literal of a struct sets: through what the struct embeds, too.
func (w *writer) elements(x *ast.CompositeLit) (paths [][]int, ok bool) {
	st, ok := deref(w.typeOf(x)).Underlying().(*types.Struct)
	if !ok {
		return nil, false
	}
	for i, e := range x.Elts {
		path := []int{i}
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			id := kv.Key.(*ast.Ident)
			_, path, _ = types.LookupFieldOrMethod(st, false, w.u.Info.Uses[id].Pkg(), id.Name)
		}
		paths = append(paths, path)
	}
	return paths, true
}

// onlyLines keeps the line breaks of a text, so that lines below it keep their numbers.
func onlyLines(s string) string { return strings.Repeat("\n", strings.Count(s, "\n")) }

// unary writes &T{…} of a hidden struct, and receives.
func (w *writer) unary(x *ast.UnaryExpr) (string, bool) {
	switch x.Op {
	case token.AND:
		if lit, ok := ast.Unparen(x.X).(*ast.CompositeLit); ok {
			return w.open(lit, true)
		}
	case token.ARROW:
		if w.isChan(x.X) {
			return fmt.Sprintf("%sRecv(%s)", w.rt(), w.text(x.X)), true
		}
	}
	return "", false
}

func (w *writer) isChan(x ast.Expr) bool {
	_, ok := w.typeOf(x).Underlying().(*types.Chan)
	if _, param := types.Unalias(w.typeOf(x)).(*types.TypeParam); param {
		return false
	}
	return ok
}

// keyValue leaves the key of a struct's literal as it is: it names a field.
func (w *writer) keyValue(x *ast.KeyValueExpr) (string, bool) {
	id, ok := x.Key.(*ast.Ident)
	if !ok {
		return "", false
	}
	v, ok := w.u.Info.Uses[id].(*types.Var)
	if !ok || !v.IsField() {
		return "", false
	}
	return id.Name + w.src.text[w.at(id.End()):w.at(x.Value.Pos())] + w.text(x.Value), true
}
