package check

import (
	"go/ast"
	"reflect"
)

// renamed returns a copy of node in which identifiers have other names, or node
// itself if names is empty. Of a function the body is dropped unless whole is set.
func renamed(node ast.Node, names map[*ast.Ident]string, whole bool) ast.Node {
	fn, ok := node.(*ast.FuncDecl)
	if ok && !whole {
		short := *fn
		short.Body = nil
		node = &short
	}
	if len(names) == 0 {
		return node
	}
	c := copier{names}
	return c.copy(reflect.ValueOf(node)).Interface().(ast.Node)
}

// A copier copies syntax trees.
type copier struct{ names map[*ast.Ident]string }

func (c copier) copy(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Pointer:
		return c.pointer(v)
	case reflect.Interface:
		if v.IsNil() {
			return v
		}
		out := reflect.New(v.Type()).Elem()
		out.Set(c.copy(v.Elem()))
		return out
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			out.Index(i).Set(c.copy(v.Index(i)))
		}
		return out
	}
	return v
}

func (c copier) pointer(v reflect.Value) reflect.Value {
	if v.IsNil() {
		return v
	}
	switch old := v.Interface().(type) {
	case *ast.CommentGroup:
		return v
	case *ast.Ident:
		id := *old
		if name, ok := c.names[old]; ok {
			id.Name = name
		}
		return reflect.ValueOf(&id)
	}
	out := reflect.New(v.Type().Elem())
	for i := range out.Elem().NumField() {
		out.Elem().Field(i).Set(c.copy(v.Elem().Field(i)))
	}
	return out
}
