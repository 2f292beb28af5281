package bridge

import (
	"fmt"
	"go/ast"
	"go/parser"
	"reflect"
	"strconv"
	"strings"

	"github.com/parago/parago/interp/runner/wire"
)

// A resolver makes types of texts.
type resolver struct {
	bridge  *Bridge
	imports []wire.Import
}

// parse returns the type that a text stands for.
func (r resolver) parse(text string) (reflect.Type, error) {
	if t, ok := basic[text]; ok {
		return t, nil
	}
	e, err := parser.ParseExpr(text)
	if err != nil {
		return nil, fmt.Errorf("read the type %s: %w", text, err)
	}
	t, err := r.typ(e)
	if err != nil {
		return nil, fmt.Errorf("make the type %s: %w", text, err)
	}
	return t, nil
}

var basic = map[string]reflect.Type{
	"bool": reflect.TypeFor[bool](), "string": reflect.TypeFor[string](),
	"int": reflect.TypeFor[int](), "int8": reflect.TypeFor[int8](), "int16": reflect.TypeFor[int16](),
	"int32": reflect.TypeFor[int32](), "int64": reflect.TypeFor[int64](), "rune": reflect.TypeFor[rune](),
	"uint": reflect.TypeFor[uint](), "uint8": reflect.TypeFor[uint8](), "uint16": reflect.TypeFor[uint16](),
	"uint32": reflect.TypeFor[uint32](), "uint64": reflect.TypeFor[uint64](), "byte": reflect.TypeFor[byte](),
	"uintptr": reflect.TypeFor[uintptr](), "float32": reflect.TypeFor[float32](), "float64": reflect.TypeFor[float64](),
	"complex64": reflect.TypeFor[complex64](), "complex128": reflect.TypeFor[complex128](),
	"error": reflect.TypeFor[error](), "interface{}": reflect.TypeFor[any](), "struct{}": reflect.TypeFor[struct{}](),
}

func (r resolver) typ(e ast.Expr) (reflect.Type, error) {
	switch e := e.(type) {
	case *ast.Ident:
		if t, ok := basic[e.Name]; ok {
			return t, nil
		}
	case *ast.InterfaceType:
		return basic["interface{}"], nil
	case *ast.StructType:
		return basic["struct{}"], nil
	case *ast.ParenExpr:
		return r.typ(e.X)
	case *ast.SelectorExpr:
		return r.named(e)
	case *ast.StarExpr:
		t, err := r.typ(e.X)
		if err != nil {
			return nil, err
		}
		return reflect.PointerTo(t), nil
	case *ast.ArrayType:
		return r.array(e)
	case *ast.MapType:
		k, err := r.typ(e.Key)
		if err != nil {
			return nil, err
		}
		v, err := r.typ(e.Value)
		if err != nil {
			return nil, err
		}
		return reflect.MapOf(k, v), nil
	case *ast.ChanType:
		t, err := r.typ(e.Value)
		if err != nil {
			return nil, err
		}
		return reflect.ChanOf(chanDir(e.Dir), t), nil
	case *ast.FuncType:
		return r.function(e)
	}
	return nil, fmt.Errorf("unknown type %T", e)
}

func chanDir(d ast.ChanDir) reflect.ChanDir {
	switch d {
	case ast.SEND:
		return reflect.SendDir
	case ast.RECV:
		return reflect.RecvDir
	}
	return reflect.BothDir
}

func (r resolver) array(e *ast.ArrayType) (reflect.Type, error) {
	t, err := r.typ(e.Elt)
	if err != nil || e.Len == nil {
		return reflect.SliceOf(t), err
	}
	lit, ok := e.Len.(*ast.BasicLit)
	if !ok {
		return nil, fmt.Errorf("unknown length %T", e.Len)
	}
	n, err := strconv.Atoi(lit.Value)
	if err != nil {
		return nil, err
	}
	return reflect.ArrayOf(n, t), nil
}

func (r resolver) function(e *ast.FuncType) (reflect.Type, error) {
	variadic := false
	list := func(fields *ast.FieldList) (ts []reflect.Type, err error) {
		if fields == nil {
			return nil, nil
		}
		for _, f := range fields.List {
			x := f.Type
			if dots, ok := x.(*ast.Ellipsis); ok {
				variadic, x = true, &ast.ArrayType{Elt: dots.Elt}
			}
			t, err := r.typ(x)
			if err != nil {
				return nil, err
			}
			ts = append(ts, t)
		}
		return ts, nil
	}
	in, err := list(e.Params)
	if err != nil {
		return nil, err
	}
	out, err := list(e.Results)
	if err != nil {
		return nil, err
	}
	return reflect.FuncOf(in, out, variadic), nil
}

// named finds a type of the session or of a package.
func (r resolver) named(e *ast.SelectorExpr) (reflect.Type, error) {
	x, ok := e.X.(*ast.Ident)
	if !ok {
		return nil, fmt.Errorf("unknown name %T", e.X)
	}
	for _, i := range r.imports {
		switch {
		case i.Alias != x.Name:
		case i.Path == sessionPath:
			if t, ok := r.bridge.natives.Type(strings.TrimPrefix(e.Sel.Name, prefix)); ok {
				return t, nil
			}
		default:
			if v, ok := r.bridge.library(i.Path)[e.Sel.Name]; ok && v.Kind() == reflect.Pointer && v.IsNil() {
				return v.Type().Elem(), nil
			}
		}
	}
	return nil, fmt.Errorf("there is no type %s.%s", x.Name, e.Sel.Name)
}
