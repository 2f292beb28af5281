package dyn

import (
	"go/ast"
	"go/parser"
	"reflect"
	"strconv"
	"strings"
)

// A typ is a parsed type text.
type typ struct {
	text    string // canonical
	kind    reflect.Kind
	named   bool
	display string // of a named type: main.Point
	under   string // of a named type
	native  reflect.Type
	elem    *typ
	key     *typ
	len     int
	fields  []field
	in, out []*typ
	dots    bool
	dir     reflect.ChanDir
	methods []method // of an interface, or of a named type
}

type field struct {
	name     string
	typ      *typ
	tag      string
	embedded bool
}

type method struct {
	name string
	sig  string
	ptr  bool // pointer receiver
	fn   reflect.Value
}

// parse returns the type that text says, in the syntax that package interpreted writes.
func (r *Registry) parse(text string) *typ {
	r.mu.RLock()
	t := r.named[text]
	if t == nil {
		t = r.parsed[text]
	}
	r.mu.RUnlock()
	if t == nil {
		e, err := parser.ParseExpr(text)
		if err != nil {
			panic("dyn: type " + text + ": " + err.Error())
		}
		t = r.build(e, text)
		r.mu.Lock()
		r.parsed[text] = t
		r.mu.Unlock()
	}
	return t
}

// under is the underlying type of t.
func (r *Registry) under(t *typ) *typ {
	for t.named && t.native == nil {
		r.mu.RLock()
		u := t.under
		r.mu.RUnlock()
		if u == "" {
			return t
		}
		t = r.parse(u)
	}
	return t
}

func (r *Registry) build(e ast.Expr, src string) *typ {
	text := src[e.Pos()-1 : e.End()-1]
	sub := func(e ast.Expr) *typ { return r.parse(src[e.Pos()-1 : e.End()-1]) }
	t := &typ{text: text}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return r.build(e.X, src)
	case *ast.Ident:
		r.basic(t, e.Name)
	case *ast.SelectorExpr:
		t.native, t.named = r.lookup(e.X.(*ast.Ident).Name, e.Sel.Name), true
		if t.native != nil {
			t.kind = t.native.Kind()
		}
	case *ast.StarExpr:
		t.kind, t.elem = reflect.Pointer, sub(e.X)
	case *ast.ArrayType:
		t.kind, t.elem = reflect.Slice, sub(e.Elt)
		if e.Len != nil {
			t.kind = reflect.Array
			t.len, _ = strconv.Atoi(src[e.Len.Pos()-1 : e.Len.End()-1])
		}
	case *ast.MapType:
		t.kind, t.key, t.elem = reflect.Map, sub(e.Key), sub(e.Value)
	case *ast.ChanType:
		t.kind, t.elem, t.dir = reflect.Chan, sub(e.Value), reflect.BothDir
		if e.Dir == ast.SEND {
			t.dir = reflect.SendDir
		} else if e.Dir == ast.RECV {
			t.dir = reflect.RecvDir
		}
	case *ast.FuncType:
		t.kind = reflect.Func
		for _, f := range e.Params.List {
			p := f.Type
			if d, ok := p.(*ast.Ellipsis); ok {
				t.dots = true
				t.in = append(t.in, r.parse("[]"+src[d.Elt.Pos()-1:d.Elt.End()-1]))
				continue
			}
			t.in = append(t.in, sub(p))
		}
		if e.Results != nil {
			for _, f := range e.Results.List {
				t.out = append(t.out, sub(f.Type))
			}
		}
	case *ast.StructType:
		t.kind = reflect.Struct
		for _, f := range e.Fields.List {
			fd := field{typ: sub(f.Type)}
			if f.Tag != nil {
				fd.tag, _ = strconv.Unquote(f.Tag.Value)
			}
			fd.name = f.Names[0].Name
			if n, ok := strings.CutSuffix(fd.name, "۰embedded"); ok {
				fd.name, fd.embedded = n, true
			}
			t.fields = append(t.fields, fd)
		}
	case *ast.InterfaceType:
		t.kind = reflect.Interface
		for _, f := range e.Methods.List {
			t.methods = append(t.methods, method{name: f.Names[0].Name, sig: strings.TrimPrefix(src[f.Type.Pos()-1:f.Type.End()-1], "func")})
		}
	default:
		panic("dyn: type " + text)
	}
	return t
}

func (r *Registry) basic(t *typ, name string) {
	rt, ok := basics[name]
	if !ok {
		panic("dyn: type " + name + " is not defined")
	}
	t.native, t.kind, t.named = rt, rt.Kind(), true
}

// basics is read only.
var basics = map[string]reflect.Type{
	"bool": reflect.TypeFor[bool](), "string": reflect.TypeFor[string](),
	"int": reflect.TypeFor[int](), "int8": reflect.TypeFor[int8](), "int16": reflect.TypeFor[int16](),
	"int32": reflect.TypeFor[int32](), "int64": reflect.TypeFor[int64](),
	"uint": reflect.TypeFor[uint](), "uint8": reflect.TypeFor[uint8](), "uint16": reflect.TypeFor[uint16](),
	"uint32": reflect.TypeFor[uint32](), "uint64": reflect.TypeFor[uint64](), "uintptr": reflect.TypeFor[uintptr](),
	"float32": reflect.TypeFor[float32](), "float64": reflect.TypeFor[float64](),
	"complex64": reflect.TypeFor[complex64](), "complex128": reflect.TypeFor[complex128](),
	"error": reflect.TypeFor[error](), "any": reflect.TypeFor[any](),
}
