package codec

import (
	"encoding/binary"
	"reflect"
	"strings"
)

// The kinds of a type description. Basic kinds are their reflect.Kind.
const (
	wireSlice  = 's'
	wireArray  = 'a' // length
	wireMap    = 'm'
	wirePtr    = 'p'
	wireStruct = 't' // count, then name, flag, tag, description
	wireIface  = 'i' // any, or an interface under a name
	wireAsks   = 'I' // an interface with methods and without a name
	wireNamed  = 'n' // name, package, number, description
	wireRef    = 'r' // the n-th struct or named type of this description
	wireWithin = 'w' // description: of a struct within another value, which pointers may point to
	wireTime   = 'T'
	wireOwn    = 'g' // how: the type's own encoding
	wireHandle = 'h' // name
	wireFunc   = 'f' // parameters, whether variadic, results, descriptions: see Functions
	wireNil    = 'z' // channels, and functions in a program where they do not cross: nil only
	wireZero   = 'o' // mutexes: zero only
	wireBlock  = 'b' // size of a value or 0, description: values of a block, see BlockType
)

// A wireType is a parsed type description.
type wireType struct {
	kind   byte
	name   typeName // wireNamed
	handle string   // wireHandle
	how    byte     // wireOwn; wireFunc: variadic
	len    int      // wireArray; wireBlock: the size of each value, or 0; wireFunc: of parameters
	elem   *wireType
	key    *wireType
	fields []wireField
	plans  planCache
}

type wireField struct {
	name     string
	pkg      string // the package that an unexported name is of
	tag      string
	embedded bool
	typ      *wireType
}

// describe appends t's description to buf. seen numbers the types that may recur.
func (r *Registry) describe(buf []byte, t reflect.Type, seen map[reflect.Type]int) []byte {
	kind, how := r.classify(t)
	switch kind {
	case wireTime:
		return append(buf, kind)
	case wireHandle:
		return appendString(append(buf, kind), r.handle(t).Name)
	case wireIface:
		if !hasName(t) && t.NumMethod() > 0 {
			kind = wireAsks
		}
	}
	if kind < 32 && !hasName(t) {
		return append(buf, kind)
	}
	if n, ok := seen[t]; ok {
		return binary.AppendUvarint(append(buf, wireRef), uint64(n))
	}
	if hasName(t) {
		seen[t] = len(seen)
		n := r.nameOf(t)
		buf = appendString(appendString(append(buf, wireNamed), n.full), n.pkg)
		buf = binary.AppendUvarint(buf, uint64(n.which))
	} else if kind == wireStruct {
		seen[t] = len(seen)
	}
	buf = append(buf, kind)
	switch kind {
	case wireOwn:
		buf = append(buf, how)
	case wireSlice, wirePtr:
		if kind == wirePtr {
			return r.describe(buf, t.Elem(), seen)
		}
		buf = r.describeWithin(buf, t.Elem(), seen)
	case wireArray:
		buf = r.describeWithin(binary.AppendUvarint(buf, uint64(t.Len())), t.Elem(), seen)
	case wireMap:
		buf = r.describe(r.describe(buf, t.Key(), seen), t.Elem(), seen)
	case wireFunc:
		buf = r.describeFunction(buf, t, seen)
	case wireStruct:
		buf = binary.AppendUvarint(buf, uint64(t.NumField()))
		for i := range t.NumField() {
			f := fieldOf(t, i)
			flags := byte(0)
			if f.Anonymous {
				flags |= fieldEmbedded
			}
			if !hasName(t) && f.PkgPath != "" {
				flags |= fieldPackage
			}
			buf = append(appendString(buf, f.Name), flags)
			if flags&fieldPackage != 0 {
				buf = appendString(buf, f.PkgPath)
			}
			buf = r.describeWithin(appendString(buf, string(f.Tag)), f.Type, seen)
		}
	}
	return buf
}

// The flags of a struct's field.
const (
	fieldEmbedded = 1
	fieldPackage  = 2 // the package of an unexported name follows
)

// blank is the name of fields that hold nothing.
const blank = "_"

// crossingFields are all fields that have a name, which are those that hold something.
func crossingFields(t reflect.Type) []reflect.StructField {
	var fields []reflect.StructField
	for i := range t.NumField() {
		if f := fieldOf(t, i); f.Name != blank {
			fields = append(fields, f)
		}
	}
	return fields
}

// fieldOf is t.Field(i), but the pointer in an atomic.Pointer is what it is of: the first field, an array
// without elements, says so.
func fieldOf(t reflect.Type, i int) reflect.StructField {
	f := t.Field(i)
	if f.Type.Kind() == reflect.UnsafePointer && t.PkgPath() == "sync/atomic" && strings.HasPrefix(t.Name(), "Pointer[") {
		f.Type = t.Field(0).Type.Elem()
	}
	return f
}

// plainName takes away what interpreters put before an unexported name: F۰, or X.
func plainName(name string) string {
	if rest, ok := strings.CutPrefix(name, "F۰"); ok && rest != "" {
		return rest
	}
	if len(name) > 1 && name[0] == 'X' && (name[1] == '_' || name[1] >= 'a' && name[1] <= 'z' || name[1] >= 0x80) {
		return name[1:]
	}
	return name
}

func appendString(buf []byte, s string) []byte {
	return append(binary.AppendUvarint(buf, uint64(len(s))), s...)
}

// maxDepth bounds nesting, of types and of values.
const (
	maxTypeDepth  = 200
	maxValueDepth = 200_000
)

// parse reads a description and remembers it.
func (r *Registry) parse(desc []byte) (*wireType, error) {
	r.mu.RLock()
	w := r.wires[string(desc)]
	r.mu.RUnlock()
	if w != nil {
		return w, nil
	}
	p := descParser{decoder: decoder{data: desc}}
	w, err := p.parse(0, false)
	if err != nil {
		return nil, err
	}
	if len(p.data) != 0 {
		return nil, decodeErrorf("type description too long")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.wires) >= 4096 {
		clear(r.wires)
	}
	r.wires[strings.Clone(string(desc))] = w
	return w, nil
}

type descParser struct {
	decoder
	seen []*wireType
}

func (p *descParser) parse(depth int, named bool) (*wireType, error) {
	if depth > maxTypeDepth {
		return nil, decodeErrorf("type nested too deeply")
	}
	kind, err := p.byte()
	if err != nil {
		return nil, err
	}
	w := &wireType{kind: kind}
	switch kind {
	case wireTime, wireNil, wireZero, wireIface, wireAsks:
	case wireHandle:
		w.handle, err = p.string()
	case wireOwn:
		w.how, err = p.byte()
	case wireRef:
		n, err := p.uvarint()
		if err != nil || n >= uint64(len(p.seen)) {
			return nil, decodeErrorf("type description refers to nothing")
		}
		return p.seen[n], nil
	case wireNamed:
		p.seen = append(p.seen, w)
		if err = p.name(&w.name); err == nil {
			w.elem, err = p.parse(depth+1, true)
		}
		if err == nil && w.elem.kind == wireNamed {
			err = decodeErrorf("a name names a name")
		}
	case wireSlice, wirePtr, wireWithin:
		w.elem, err = p.parse(depth+1, false)
	case wireBlock:
		err = p.parseBlock(w, depth)
	case wireArray:
		var n uint64
		if n, err = p.uvarint(); err == nil {
			if n > 1<<40 {
				return nil, decodeErrorf("array of %d elements", n)
			}
			w.len = int(n)
			w.elem, err = p.parse(depth+1, false)
		}
	case wireMap:
		if w.key, err = p.parse(depth+1, false); err == nil {
			w.elem, err = p.parse(depth+1, false)
		}
	case wireFunc:
		err = p.parseFunction(w, depth)
	case wireStruct:
		err = p.parseStruct(w, depth, named)
	default:
		if !basic(reflect.Kind(kind)) {
			return nil, decodeErrorf("type of kind %d", kind)
		}
	}
	if err != nil {
		return nil, err
	}
	return w, nil
}

func (p *descParser) parseBlock(w *wireType, depth int) error {
	size, err := p.uvarint()
	if err != nil {
		return err
	}
	if depth > 0 || size > maxStride {
		return decodeErrorf("a block of values of %d bytes, %d deep", size, depth)
	}
	w.len = int(size)
	w.elem, err = p.parse(depth+1, false)
	return err
}

func (p *descParser) name(n *typeName) (err error) {
	if n.full, err = p.string(); err != nil {
		return err
	}
	if n.pkg, err = p.string(); err != nil {
		return err
	}
	which, err := p.uvarint()
	n.which = uint32(which)
	return err
}

func (p *descParser) parseStruct(w *wireType, depth int, named bool) error {
	if !named { // the struct under a name has the name's number
		p.seen = append(p.seen, w)
	}
	n, err := p.uvarint()
	if err != nil {
		return err
	}
	if n > uint64(len(p.data)) {
		return decodeErrorf("struct of %d fields", n)
	}
	w.fields = make([]wireField, n)
	for i := range w.fields {
		f := &w.fields[i]
		if f.name, err = p.string(); err != nil {
			return err
		}
		flags, err := p.byte()
		if err != nil {
			return err
		}
		f.embedded = flags&fieldEmbedded != 0
		if flags&fieldPackage != 0 {
			if f.pkg, err = p.string(); err != nil {
				return err
			}
		}
		if f.tag, err = p.string(); err != nil {
			return err
		}
		if f.typ, err = p.parse(depth+1, false); err != nil {
			return err
		}
	}
	return nil
}

func basic(k reflect.Kind) bool {
	return k >= reflect.Bool && k <= reflect.Complex128 || k == reflect.String
}
