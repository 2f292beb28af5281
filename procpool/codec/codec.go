package codec

import (
	"fmt"
	"iter"
	"reflect"
	"sync"
	"unsafe"
)

// A Registry knows types by name, sentinel errors and handles. The zero value is
// ready. It is safe for concurrent use.
type Registry struct {
	once      sync.Once
	mu        sync.RWMutex
	types     map[string]reflect.Type // guarded by mu, as are the following
	walked    map[reflect.Type]bool
	sentinels map[string]error
	handles   map[reflect.Type]*Handle
	byName    map[string]*Handle
	wires     map[string]*wireType

	encoders sync.Map // reflect.Type → *encodePlan
	blocks   sync.Map // reflect.Type → *BlockType
	names    sync.Map // reflect.Type → typeName
	cyclic   sync.Map // reflect.Type → bool
	places   locations
	more     func(name string) iter.Seq[reflect.Type]
	pathOf   func(reflect.Type) string // nil: reflect.Type.PkgPath

	functions *Functions // nil: they do not cross
}

// A Handle says how values of one pointer type cross that stand for something which
// does not: a queue, a lock, a mapping.
type Handle struct {
	Name   string
	Type   reflect.Type // a pointer type
	Encode func(v any) ([]byte, error)
	Decode func(data []byte) (any, error)

	untold bool // Options.OnHandle does not hear of it: nothing in this process stands behind it

	// Lost, if there is one, is called for a handle that goes into a message for which nobody
	// keeps it: see Options.Keeps.
	Lost func(v any)
}

// An EncodeError says which part of a value cannot cross to another process.
type EncodeError struct {
	Path string // "args[1].cfg.Mu"
	Type string // "sync.Mutex"
	Err  error  // why, if there is more to say
}

func (e *EncodeError) Error() string {
	s := e.Path + ": " + e.Type
	switch {
	case e.Path == "":
		s = e.Type
	case e.Type == "":
		s = e.Path
	}
	if e.Err != nil {
		return s + ": " + e.Err.Error()
	}
	return s + " cannot cross to another process"
}

func (e *EncodeError) Unwrap() error { return e.Err }

// at puts a segment before the path, of which it keeps the ends if it is long.
func (e *EncodeError) at(segment string) *EncodeError {
	if n := len(e.Path); n > 400 {
		e.Path = "…" + e.Path[n-100:]
	}
	e.Path = segment + e.Path
	return e
}

// A DecodeError says why a message could not be turned into a value.
type DecodeError struct{ Reason string }

func (e *DecodeError) Error() string { return "decode: " + e.Reason }

func decodeErrorf(format string, args ...any) error {
	return &DecodeError{fmt.Sprintf(format, args...)}
}

func (r *Registry) init() {
	r.once.Do(func() {
		r.types = map[string]reflect.Type{}
		r.walked = map[reflect.Type]bool{}
		r.handles = map[reflect.Type]*Handle{}
		r.byName = map[string]*Handle{}
		r.wires = map[string]*wireType{}
		r.sentinels = map[string]error{}
		for name, err := range standardSentinels() {
			r.sentinels[name] = err
		}
		r.types[r.fullName(errorType)] = errorType
		for _, h := range r.standardHandles() {
			r.handles[h.Type], r.byName[h.Name] = &h, &h
		}
	})
}

// FindTypes has find called for the name "import/path.Name" of a type that is neither registered
// nor in the program. It takes in packages that may have the type. After each it yields what
// that has declared under the name, or nil: then the program is looked through again.
// It is called before the first Decode.
func (r *Registry) FindTypes(find func(name string) iter.Seq[reflect.Type]) { r.more = find }

// PathOf has types that have a name be known by another import path than reflect tells: that
// by which FindTypes finds them. It is called before anything else.
func (r *Registry) PathOf(path func(t reflect.Type) string) { r.pathOf = path }

// RegisterType makes the named types that t is made of known under their names, before those that
// the program has. Of two types of one name the later counts.
func (r *Registry) RegisterType(t reflect.Type) {
	r.init()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.register(t)
}

func (r *Registry) register(t reflect.Type) {
	if t == nil || r.walked[t] {
		return
	}
	r.walked[t] = true
	if hasName(t) {
		name := r.fullName(t)
		if old := r.types[name]; old != nil && old != t {
			clear(r.wires) // which remember types
		}
		r.types[name] = t
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Chan:
		r.register(t.Elem())
	case reflect.Map:
		r.register(t.Key())
		r.register(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			r.register(t.Field(i).Type)
		}
	case reflect.Func:
		for i := range t.NumIn() {
			r.register(t.In(i))
		}
		for i := range t.NumOut() {
			r.register(t.Out(i))
		}
	}
}

// RegisterError makes err itself arrive where it was sent. The name is the same in
// both processes.
func (r *Registry) RegisterError(name string, err error) {
	r.init()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sentinels[name] = err
}

// RegisterHandle makes a type of handles known. It is called before the first Encode.
func (r *Registry) RegisterHandle(h Handle) {
	r.init()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.handles[h.Type] = &h
	r.byName[h.Name] = &h
}

// Encode appends the message for v to buf. An error is an *EncodeError.
func (r *Registry) Encode(buf []byte, v reflect.Value) ([]byte, error) {
	return r.EncodeWith(buf, v, Options{})
}

// Options say what else happens while a value is encoded or decoded. The zero value says nothing.
type Options struct {
	// OnHandle is called for each handle that is written or read.
	OnHandle func(any)
	// Keeps says that OnHandle sees to it that what the handles stand for is there until the message
	// has been decoded, or never will be.
	Keeps bool
	// Grow may return a copy of buf with room for more bytes. It is called before as many are
	// added that buf has no room for; what it returns may also be buf itself. It is for encoding.
	Grow func(buf []byte, more int) []byte
	// Back is for Functions.Out: the value is a result, and goes where its function came from.
	Back bool
}

// EncodeWith is Encode with options.
func (r *Registry) EncodeWith(buf []byte, v reflect.Value, o Options) (_ []byte, err error) {
	r.init()
	if !v.IsValid() { // a nil any
		v = reflect.Zero(reflect.TypeFor[any]())
	}
	defer func() { // of the value's own methods
		if x := recover(); x != nil {
			err = &EncodeError{Type: v.Type().String(), Err: fmt.Errorf("panic: %v", x)}
		}
	}()
	plan := r.encoder(v.Type())
	e := encoder{r: r, buf: append(buf, plan.header...), onHandle: o.OnHandle, keeps: o.Keeps, grow: o.Grow, back: o.Back}
	if problem := plan.encode(&e, pointerTo(v)); problem != nil {
		return nil, problem
	}
	return e.buf, nil
}

// pointerTo returns the address of v, or of a copy of it.
func pointerTo(v reflect.Value) unsafe.Pointer {
	if v.CanAddr() {
		return v.Addr().UnsafePointer()
	}
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return p.UnsafePointer()
}

// Decode sets into, which is settable or a non-nil pointer, to the message's value.
func (r *Registry) Decode(data []byte, into reflect.Value) error {
	return r.DecodeWith(data, into, Options{})
}

// DecodeWith is Decode with options.
func (r *Registry) DecodeWith(data []byte, into reflect.Value, o Options) (err error) {
	r.init()
	if !into.CanSet() {
		if into.Kind() != reflect.Pointer || into.IsNil() {
			return decodeErrorf("%s is no place for a value", into.Kind())
		}
		into = into.Elem()
	}
	defer recovered(&err)
	d := decoder{r: r, data: data, budget: budget(len(data)), onHandle: o.OnHandle}
	wire, err := d.header()
	if err != nil {
		return err
	}
	decode, err := r.decodePlan(wire, into.Type())
	if err != nil {
		return err
	}
	if err := decode(&d, into.Addr().UnsafePointer()); err != nil {
		return err
	}
	if len(d.data) != 0 {
		return decodeErrorf("%d bytes too many", len(d.data))
	}
	return nil
}

// recovered makes a panic an error: of the value's own methods, or of reflect building a type that there cannot be.
func recovered(err *error) {
	if x := recover(); x != nil {
		*err = decodeErrorf("panic: %v", x)
	}
}

// budget is how much memory a message of n bytes may come to. The densest honest
// ones (pointers to small structs, maps of bytes) stay below a hundred for one.
func budget(n int) int { return 64<<10 + 256*n }
