package codec

import (
	"reflect"
	"unsafe"
)

// block returns the function that reads one value of a block into a t.
func (c *planner) block(w *wireType, t reflect.Type) (decodeFunc, error) {
	value, err := c.plan(w.elem, t)
	if err != nil {
		return nil, err
	}
	if w.len == 0 {
		return func(d *decoder, p unsafe.Pointer) error { return d.sized(p, value) }, nil
	}
	if raw := c.r.rawCopier(w, t); raw != nil {
		return func(d *decoder, p unsafe.Pointer) error {
			data, err := d.take(uint64(w.len))
			if err != nil {
				return err
			}
			return raw(p, data)
		}, nil
	}
	encode, size, _ := flatEncoder(w.elem)
	if int(size) != w.len {
		return nil, decodeErrorf("a block of %s with %d bytes each", w.elem, w.len)
	}
	return func(d *decoder, p unsafe.Pointer) error { return d.reencoded(p, w.len, encode, value) }, nil
}

// sized reads a value with its length before it.
func (d *decoder) sized(p unsafe.Pointer, value decodeFunc) error {
	size := valueSize(d.data)
	if size < 0 {
		return errShort
	}
	rest := d.data[size:]
	d.behind = len(rest)
	d.data = d.data[lengthSize:size]
	if err := value(d, p); err != nil {
		return err
	}
	if len(d.data) != 0 {
		return decodeErrorf("%d bytes too many", len(d.data))
	}
	d.data = rest
	return nil
}

// reencoded reads a flat value whose type here differs: it is written once more, in the form in which
// single values are.
func (d *decoder) reencoded(p unsafe.Pointer, size int, encode encodeFunc, value decodeFunc) error {
	data, err := d.take(uint64(size))
	if err != nil {
		return err
	}
	words := make([]uint64, (size+7)/8) // for its alignment
	copy(unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), size), data)
	var e encoder
	if problem := encode(&e, unsafe.Pointer(&words[0])); problem != nil {
		return problem
	}
	return value(&decoder{r: d.r, data: e.buf, budget: d.budget}, p)
}

// A rawCopy copies flat values to memory for as many of them. It fails if they are none of their type.
type rawCopy func(to unsafe.Pointer, data []byte) error

// rawCopier returns how values of a block are copied to values of type t that are the same in
// memory, or nil if they are not. That is found out once.
func (r *Registry) rawCopier(w *wireType, t reflect.Type) rawCopy {
	raw, known := w.plans.getRaw(t)
	if !known {
		raw = r.makeRawCopier(w, t)
		w.plans.putRaw(t, raw)
	}
	return raw
}

func (r *Registry) makeRawCopier(w *wireType, t reflect.Type) rawCopy {
	if w.len == 0 || uintptr(w.len) != t.Size() || !r.sameInMemory(w.elem, t) {
		return nil
	}
	bools := boolOffsets(nil, t, 0)
	return func(to unsafe.Pointer, data []byte) error {
		for at := 0; len(bools) > 0 && at < len(data); at += w.len {
			for _, offset := range bools {
				if data[at+int(offset)] > 1 {
					return decodeErrorf("a bool of %d", data[at+int(offset)])
				}
			}
		}
		copy(unsafe.Slice((*byte)(to), len(data)), data)
		return nil
	}
}

// sameInMemory tells whether flat values that w describes are in memory as those of type t.
func (r *Registry) sameInMemory(w *wireType, t reflect.Type) bool {
	if w.kind == wireNamed {
		w = w.elem
	}
	kind, _ := r.classify(t)
	if kind != w.kind {
		return false
	}
	switch kind {
	case wireArray:
		return w.len == t.Len() && r.sameInMemory(w.elem, t.Elem())
	case wireStruct:
		if len(w.fields) != t.NumField() {
			return false
		}
		for i := range w.fields {
			if f := t.Field(i); plainName(f.Name) != plainName(w.fields[i].name) || !r.sameInMemory(w.fields[i].typ, f.Type) {
				return false
			}
		}
		return true
	}
	return kind < 32 && t.Kind() != reflect.String
}

// boolOffsets appends where in a flat value of type t, which begins at base, bools are.
func boolOffsets(at []uintptr, t reflect.Type, base uintptr) []uintptr {
	switch t.Kind() {
	case reflect.Bool:
		return append(at, base)
	case reflect.Array:
		for i := range t.Len() {
			before := len(at)
			at = boolOffsets(at, t.Elem(), base+uintptr(i)*t.Elem().Size())
			if len(at) == before {
				break // there are none in the others either
			}
		}
	case reflect.Struct:
		for i := range t.NumField() {
			at = boolOffsets(at, t.Field(i).Type, base+t.Field(i).Offset)
		}
	}
	return at
}

// flatEncoder returns the function that writes a flat value, given how it is described, in the form in which
// single values are, and the size and alignment that Go gives such a value.
func flatEncoder(w *wireType) (encode encodeFunc, size, align uintptr) {
	switch w.kind {
	case wireNamed:
		return flatEncoder(w.elem)
	case wireArray:
		elem, size, align := flatEncoder(w.elem)
		if size > 0 && w.len > maxStride/int(size) {
			return nil, 0, 1
		}
		return func(e *encoder, p unsafe.Pointer) *EncodeError { return e.elements(p, w.len, size, elem) }, size * uintptr(w.len), align
	case wireStruct:
		return flatStructEncoder(w)
	}
	if w.kind >= 32 || reflect.Kind(w.kind) == reflect.String {
		return nil, 0, 1
	}
	t := basicTypes[reflect.Kind(w.kind)]
	return basicEncoder(t.Kind()), t.Size(), uintptr(t.Align())
}

func flatStructEncoder(w *wireType) (encode encodeFunc, size, align uintptr) {
	offsets, encoders := make([]uintptr, len(w.fields)), make([]encodeFunc, len(w.fields))
	align = 1
	for i := range w.fields {
		field, fieldSize, fieldAlign := flatEncoder(w.fields[i].typ)
		if field == nil {
			return nil, 0, 1
		}
		size = (size + fieldAlign - 1) &^ (fieldAlign - 1)
		offsets[i], encoders[i] = size, field
		size, align = size+fieldSize, max(align, fieldAlign)
	}
	encode = func(e *encoder, p unsafe.Pointer) *EncodeError {
		for i, field := range encoders {
			if err := field(e, unsafe.Add(p, offsets[i])); err != nil {
				return err
			}
		}
		return nil
	}
	return encode, (size + align - 1) &^ (align - 1), align
}
