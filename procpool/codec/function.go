package codec

import (
	"encoding/binary"
	"reflect"
	"unsafe"
)

// Functions says how function values cross, which only who has made the program knows: each as a value
// that stands for it. In a program without, only nil ones cross.
type Functions struct {
	// Out returns what stands for f. Back is Options.Back.
	Out func(f reflect.Value, back bool) (any, error)
	// In returns the function. What pointers in the value point to may not be there yet: a function
	// may hold itself.
	In func(is any) (reflect.Value, error)
}

// CrossFunctions has functions cross. It is called before anything else.
func (r *Registry) CrossFunctions(f Functions) { r.functions = &f }

var anyType = reflect.TypeFor[any]()

func (r *Registry) functionEncoder(t reflect.Type) encodeFunc {
	stands := interfaceEncoder(anyType)
	return func(e *encoder, p unsafe.Pointer) *EncodeError {
		var is any
		if f := reflect.NewAt(t, p).Elem(); !f.IsNil() {
			var err error
			if is, err = r.functions.Out(f, e.back); err != nil {
				return &EncodeError{Type: t.String(), Err: err}
			}
		}
		return stands(e, unsafe.Pointer(&is))
	}
}

func (c *planner) function(t reflect.Type) (decodeFunc, error) {
	stands, err := c.unboxed(anyType)
	if err != nil {
		return nil, err
	}
	return func(d *decoder, p unsafe.Pointer) error {
		var is any
		if err := stands(d, unsafe.Pointer(&is)); err != nil || is == nil || d.dropping > 0 {
			return err
		}
		f, err := c.r.functions.In(is)
		if err != nil {
			return err
		}
		if !f.IsValid() || !f.Type().AssignableTo(t) {
			return decodeErrorf("a function of another type than %s", t)
		}
		reflect.NewAt(t, p).Elem().Set(f)
		return nil
	}, nil
}

// describeFunction appends how many parameters there are, whether they are variadic, how many
// results, and the types of all.
func (r *Registry) describeFunction(buf []byte, t reflect.Type, seen map[reflect.Type]int) []byte {
	variadic := byte(0)
	if t.IsVariadic() {
		variadic = 1
	}
	buf = append(binary.AppendUvarint(buf, uint64(t.NumIn())), variadic)
	buf = binary.AppendUvarint(buf, uint64(t.NumOut()))
	for in := range t.Ins() {
		buf = r.describe(buf, in, seen)
	}
	for out := range t.Outs() {
		buf = r.describe(buf, out, seen)
	}
	return buf
}

// parseFunction reads that: len is the number of parameters, how whether they are variadic.
func (p *descParser) parseFunction(w *wireType, depth int) error {
	in, err := p.uvarint()
	if err != nil {
		return err
	}
	if w.how, err = p.byte(); err != nil {
		return err
	}
	out, err := p.uvarint()
	if err != nil {
		return err
	}
	if in > maxParameters || out > maxParameters {
		return decodeErrorf("a function of %d parameters and %d results", in, out)
	}
	w.len = int(in)
	w.fields = make([]wireField, in+out)
	for i := range w.fields {
		if w.fields[i].typ, err = p.parse(depth+1, false); err != nil {
			return err
		}
	}
	return nil
}

// maxParameters is how many parameters a function can have for package reflect.
const maxParameters = 128

func (m *maker) functionType(w *wireType) (reflect.Type, error) {
	all := make([]reflect.Type, len(w.fields))
	for i, f := range w.fields {
		t, err := m.goType(f.typ)
		if err != nil {
			return nil, err
		}
		all[i] = t
	}
	if w.how != 0 && (w.len == 0 || all[w.len-1].Kind() != reflect.Slice) {
		return nil, decodeErrorf("a variadic function without a slice")
	}
	return reflect.FuncOf(all[:w.len], all[w.len:], w.how != 0), nil
}
