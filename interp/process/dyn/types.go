package dyn

import (
	"go/ast"
	"go/parser"
	"maps"
	"path"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/traefik/yaegi/interp"
)

// A Registry knows the types and methods of the session. Its methods may be
// called from any goroutine.
type Registry struct {
	symbols interp.Exports
	spawn   func(run func())
	// recovered is called in the goroutine that has recovered from a panic.
	recovered func()
	boxed     sync.Map // type texts of all boxes that were made here

	mu       sync.RWMutex
	named    map[string]*typ
	parsed   map[string]*typ
	packages map[string][]string // alias of an import path → keys of symbols
	wrappers map[reflect.Type]bool
	active   map[uint64][]*Defers
}

// New returns an empty Registry that finds native types in the tables.
func New(tables ...interp.Exports) *Registry {
	symbols := interp.Exports{}
	for _, t := range tables {
		for k, v := range t {
			if symbols[k] == nil {
				symbols[k] = map[string]reflect.Value{}
			}
			maps.Copy(symbols[k], v)
		}
	}
	r := &Registry{
		symbols:   symbols,
		named:     map[string]*typ{},
		parsed:    map[string]*typ{},
		packages:  map[string][]string{},
		wrappers:  map[reflect.Type]bool{},
		spawn:     func(run func()) { go run() },
		recovered: func() {},
		active:    map[uint64][]*Defers{},
	}
	for k := range symbols {
		a := aliasReplacer.Replace(path.Dir(k))
		r.packages[a] = append(r.packages[a], k)
	}
	return r
}

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

// define makes name a type. Its underlying type may mention types defined later.
func (r *Registry) define(name, display, under string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.named[name]; t != nil {
		t.display, t.under, t.kind = display, under, 0
		return true
	}
	r.named[name] = &typ{text: name, named: true, display: display, under: under}
	return true
}

// method adds or replaces a method of a defined type. fn takes the receiver first.
func (r *Registry) method(name, m, sig string, ptr bool, fn any) bool {
	v := reflect.ValueOf(fn)
	if p, ok := fn.(reflect.Value); ok {
		v = p
	}
	if v.Kind() == reflect.Pointer { // the address of a function variable
		v = v.Elem()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.named[name]
	if t == nil {
		t = &typ{text: name, named: true, display: "main." + name}
		r.named[name] = t
	}
	ms := append([]method(nil), t.methods...)
	for i := range ms {
		if ms[i].name == m {
			ms[i] = method{m, sig, ptr, v}
			t.methods = ms
			return true
		}
	}
	t.methods = append(ms, method{m, sig, ptr, v})
	return true
}

// parse returns the type that text says, in the syntax that package lower writes.
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

// lookup finds a native type by package alias and name.
func (r *Registry) lookup(alias, name string) reflect.Type {
	for _, key := range r.packages[strings.TrimSuffix(alias, "۰")] {
		if v, ok := r.symbols[key][name]; ok && v.Kind() == reflect.Pointer {
			return v.Type().Elem()
		}
	}
	return nil
}

// aliasReplacer makes an import path an identifier, as package lower does.
var aliasReplacer = strings.NewReplacer("/", "۰", ".", "۰", "-", "۰")

// reflectType is how the interpreter represents t, nil if only it can say.
func (r *Registry) reflectType(t *typ) reflect.Type {
	if t.native != nil {
		return t.native
	}
	if t.named {
		u := r.under(t)
		if u == t || u.kind == reflect.Struct {
			return nil
		}
		return r.reflectType(u)
	}
	sub := func(t *typ) reflect.Type { return r.reflectType(t) }
	switch t.kind {
	case reflect.Interface:
		return basics["any"]
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Chan:
		e := sub(t.elem)
		if e == nil {
			return nil
		}
		switch t.kind {
		case reflect.Pointer:
			return reflect.PointerTo(e)
		case reflect.Slice:
			return reflect.SliceOf(e)
		case reflect.Array:
			return reflect.ArrayOf(t.len, e)
		}
		return reflect.ChanOf(t.dir, e)
	case reflect.Map:
		if k, e := sub(t.key), sub(t.elem); k != nil && e != nil {
			return reflect.MapOf(k, e)
		}
	case reflect.Func:
		var in, out []reflect.Type
		for _, p := range t.in {
			in = append(in, sub(p))
		}
		for _, p := range t.out {
			out = append(out, sub(p))
		}
		for _, p := range append(in[:len(in):len(in)], out...) {
			if p == nil {
				return nil
			}
		}
		return reflect.FuncOf(in, out, t.dots)
	case reflect.Struct:
		if len(t.fields) == 0 {
			return reflect.TypeFor[struct{}]()
		}
	}
	return nil
}

// typeString is the type as %T shows it.
func (r *Registry) typeString(text string) string { return r.show(r.parse(text)) }

func (r *Registry) show(t *typ) string {
	if t.native != nil {
		if t.text == "any" {
			return "interface {}"
		}
		return t.native.String()
	}
	if t.named {
		return t.display
	}
	switch t.kind {
	case reflect.Pointer:
		return "*" + r.show(t.elem)
	case reflect.Slice:
		return "[]" + r.show(t.elem)
	case reflect.Array:
		return "[" + strconv.Itoa(t.len) + "]" + r.show(t.elem)
	case reflect.Map:
		return "map[" + r.show(t.key) + "]" + r.show(t.elem)
	case reflect.Chan:
		return map[reflect.ChanDir]string{reflect.BothDir: "chan ", reflect.SendDir: "chan<- ", reflect.RecvDir: "<-chan "}[t.dir] + r.show(t.elem)
	case reflect.Func:
		return "func" + r.showSig(t)
	case reflect.Struct:
		if len(t.fields) == 0 {
			return "struct {}"
		}
		var fs []string
		for _, f := range t.fields {
			s := f.name + " " + r.show(f.typ)
			if f.embedded {
				s = r.show(f.typ)
			}
			if f.tag != "" {
				s += " " + strconv.Quote(f.tag)
			}
			fs = append(fs, s)
		}
		return "struct { " + strings.Join(fs, "; ") + " }"
	case reflect.Interface:
		if len(t.methods) == 0 {
			return "interface {}"
		}
		var ms []string
		for _, m := range t.methods {
			ms = append(ms, m.name+r.showSig(r.parse("func"+m.sig)))
		}
		return "interface { " + strings.Join(ms, "; ") + " }"
	}
	return t.text
}

func (r *Registry) showSig(t *typ) string {
	var in, out []string
	for i, p := range t.in {
		s := r.show(p)
		if t.dots && i == len(t.in)-1 {
			s = "..." + strings.TrimPrefix(s, "[]")
		}
		in = append(in, s)
	}
	for _, p := range t.out {
		out = append(out, r.show(p))
	}
	s := "(" + strings.Join(in, ", ") + ")"
	switch len(out) {
	case 0:
		return s
	case 1:
		return s + " " + out[0]
	}
	return s + " (" + strings.Join(out, ", ") + ")"
}
