package check

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
)

// A typeWriter writes types of one build as expressions for another. What holds no
// type of the session is carried over as it is, under a name of its own.
type typeWriter struct {
	via    *targets
	spell  func(target) string
	opaque func(types.Type) *ast.Ident
}

func (w *typeWriter) expr(t types.Type) ast.Expr {
	t = types.Unalias(t)
	if !mentions(t, w.via, nil) {
		return w.opaque(t)
	}
	switch t := t.(type) {
	case *types.Named:
		return w.named(t)
	case *types.Pointer:
		return &ast.StarExpr{X: w.expr(t.Elem())}
	case *types.Slice:
		return &ast.ArrayType{Elt: w.expr(t.Elem())}
	case *types.Array:
		n := &ast.BasicLit{Kind: token.INT, Value: strconv.FormatInt(t.Len(), 10)}
		return &ast.ArrayType{Len: n, Elt: w.expr(t.Elem())}
	case *types.Map:
		return &ast.MapType{Key: w.expr(t.Key()), Value: w.expr(t.Elem())}
	case *types.Chan:
		return &ast.ChanType{Dir: chanDir(t), Value: w.expr(t.Elem())}
	case *types.Struct:
		return w.structType(t)
	case *types.Signature:
		return w.funcType(t)
	case *types.Interface:
		return w.interfaceType(t)
	}
	return w.opaque(t)
}

func chanDir(t *types.Chan) ast.ChanDir {
	switch t.Dir() {
	case types.SendOnly:
		return ast.SEND
	case types.RecvOnly:
		return ast.RECV
	}
	return ast.SEND | ast.RECV
}

func (w *typeWriter) named(t *types.Named) ast.Expr {
	var name ast.Expr
	if to := w.via.of(t.Origin().Obj()); to != nil {
		name = ast.NewIdent(w.spell(to))
	} else {
		name = w.opaque(t.Origin())
	}
	args := t.TypeArgs()
	if args.Len() == 0 {
		return name
	}
	index := &ast.IndexListExpr{X: name}
	for i := range args.Len() {
		index.Indices = append(index.Indices, w.expr(args.At(i)))
	}
	return index
}

func (w *typeWriter) structType(t *types.Struct) ast.Expr {
	out := &ast.StructType{Fields: &ast.FieldList{}}
	for i := range t.NumFields() {
		f := t.Field(i)
		field := &ast.Field{Type: w.expr(f.Type())}
		if !f.Embedded() {
			field.Names = []*ast.Ident{ast.NewIdent(f.Name())}
		}
		if tag := t.Tag(i); tag != "" {
			field.Tag = &ast.BasicLit{Kind: token.STRING, Value: strconv.Quote(tag)}
		}
		out.Fields.List = append(out.Fields.List, field)
	}
	return out
}

func (w *typeWriter) funcType(t *types.Signature) *ast.FuncType {
	out := &ast.FuncType{Params: w.fields(t.Params()), Results: w.fields(t.Results())}
	if t.Variadic() {
		last := out.Params.List[len(out.Params.List)-1]
		elem := t.Params().At(t.Params().Len() - 1).Type().(*types.Slice).Elem()
		last.Type = &ast.Ellipsis{Elt: w.expr(elem)}
	}
	return out
}

func (w *typeWriter) fields(t *types.Tuple) *ast.FieldList {
	out := &ast.FieldList{}
	for i := range t.Len() {
		out.List = append(out.List, &ast.Field{Type: w.expr(t.At(i).Type())})
	}
	return out
}

func (w *typeWriter) interfaceType(t *types.Interface) ast.Expr {
	out := &ast.InterfaceType{Methods: &ast.FieldList{}}
	for i := range t.NumMethods() {
		m := t.Method(i)
		out.Methods.List = append(out.Methods.List, &ast.Field{
			Names: []*ast.Ident{ast.NewIdent(m.Name())},
			Type:  w.funcType(m.Signature()),
		})
	}
	return out
}

// mentions reports whether t is made of a type of the session, and notes which.
func mentions(t types.Type, via *targets, note func(target)) bool {
	found := false
	walkNamed(t, func(obj *types.TypeName) {
		if to := via.of(obj); to != nil {
			found = true
			if note != nil {
				note(to)
			}
		}
	})
	return found
}

// walkNamed calls visit for each named type in the way t is written.
func walkNamed(t types.Type, visit func(*types.TypeName)) {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		visit(t.Origin().Obj())
		for i := range t.TypeArgs().Len() {
			walkNamed(t.TypeArgs().At(i), visit)
		}
	case interface{ Elem() types.Type }:
		if m, ok := t.(*types.Map); ok {
			walkNamed(m.Key(), visit)
		}
		walkNamed(t.Elem(), visit)
	case *types.Struct:
		for i := range t.NumFields() {
			walkNamed(t.Field(i).Type(), visit)
		}
	case *types.Tuple:
		for i := range t.Len() {
			walkNamed(t.At(i).Type(), visit)
		}
	case *types.Signature:
		walkNamed(t.Params(), visit)
		walkNamed(t.Results(), visit)
	case *types.Interface:
		for i := range t.NumMethods() {
			walkNamed(t.Method(i).Type(), visit)
		}
	}
}

// opaqueName is under which a build knows its i-th carried-over type.
func opaqueName(i int) string { return fmt.Sprintf("type۰%d", i) }
