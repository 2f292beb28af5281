package codec

import (
	"encoding/binary"
	"math"
	"reflect"
	"sync"
	"time"
	"unsafe"
)

// A decoder reads one message. Data shrinks as it is read.
type decoder struct {
	r       *Registry
	data    []byte
	budget  int             // bytes of memory that may still be made
	refs    []reflect.Value // pointers and maps made so far
	dynamic []*wireType
	depth   int
}

// A decodeFunc reads a value into the zero value at p.
type decodeFunc func(d *decoder, p unsafe.Pointer) error

var errShort = &DecodeError{"message too short"}

func (d *decoder) byte() (byte, error) {
	if len(d.data) == 0 {
		return 0, errShort
	}
	b := d.data[0]
	d.data = d.data[1:]
	return b, nil
}

func (d *decoder) uvarint() (uint64, error) {
	if len(d.data) > 0 && d.data[0] < 0x80 {
		n := uint64(d.data[0])
		d.data = d.data[1:]
		return n, nil
	}
	n, size := binary.Uvarint(d.data)
	if size <= 0 {
		return 0, errShort
	}
	d.data = d.data[size:]
	return n, nil
}

func (d *decoder) take(n uint64) ([]byte, error) {
	if n > uint64(len(d.data)) {
		return nil, errShort
	}
	b := d.data[:n:n]
	d.data = d.data[n:]
	return b, nil
}

// bytes returns a length and that many bytes of the message itself.
func (d *decoder) bytes() ([]byte, error) {
	n, err := d.uvarint()
	if err != nil {
		return nil, err
	}
	return d.take(n)
}

func (d *decoder) string() (string, error) {
	b, err := d.bytes()
	return string(b), err
}

// spend takes n values of size bytes from the budget.
func (d *decoder) spend(n uint64, size uintptr) error {
	if size > 0 && n > uint64(d.budget)/uint64(size) {
		return decodeErrorf("a message that small would take too much memory")
	}
	d.budget -= int(n * uint64(size))
	return nil
}

// deeper counts nesting. The caller takes it back.
func (d *decoder) deeper() error {
	if d.depth++; d.depth > maxValueDepth {
		return decodeErrorf("nested too deeply")
	}
	return nil
}

func (d *decoder) header() (*wireType, error) {
	desc, err := d.bytes()
	if err != nil {
		return nil, err
	}
	return d.r.parse(desc)
}

// A planCache holds the plans made for one description, of which there is mostly one.
type planCache struct {
	mu    sync.RWMutex
	plans map[reflect.Type]decodeFunc
}

func (c *planCache) get(t reflect.Type) decodeFunc {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.plans[t]
}

func (c *planCache) put(t reflect.Type, f decodeFunc) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.plans == nil {
		c.plans = map[reflect.Type]decodeFunc{}
	}
	c.plans[t] = f
}

// decodePlan returns the function that reads what w describes into a t.
func (r *Registry) decodePlan(w *wireType, t reflect.Type) (decodeFunc, error) {
	if f := w.plans.get(t); f != nil {
		return f, nil
	}
	c := planner{r: r, making: map[planKey]*decodeFunc{}}
	f, err := c.plan(w, t)
	if err != nil {
		return nil, err
	}
	w.plans.put(t, f)
	return f, nil
}

type planKey struct {
	w *wireType
	t reflect.Type
}

// A planner builds decoders; making holds those being built, for recursive types.
type planner struct {
	r      *Registry
	making map[planKey]*decodeFunc
}

func (c *planner) plan(w *wireType, t reflect.Type) (decodeFunc, error) {
	if f := c.making[planKey{w, t}]; f != nil {
		return func(d *decoder, p unsafe.Pointer) error { return (*f)(d, p) }, nil
	}
	f := new(decodeFunc)
	c.making[planKey{w, t}] = f
	made, err := c.planKind(w, t)
	*f = made
	return made, err
}

func mismatch(w *wireType, t reflect.Type) error {
	return decodeErrorf("%s does not fit %s", w, t)
}

func (c *planner) planKind(w *wireType, t reflect.Type) (decodeFunc, error) {
	if w.kind == wireNamed {
		if t.Kind() == reflect.Interface {
			return c.boxed(w, t)
		}
		return c.plan(w.elem, t)
	}
	kind, how := c.r.classify(t)
	switch {
	case w.kind == wireIface:
		return c.unboxed(t)
	case kind == wireIface:
		return c.boxed(w, t)
	case w.kind == wireNil || w.kind == wireZero: // nothing was written; the zero is there
		return func(*decoder, unsafe.Pointer) error { return nil }, nil
	case w.kind < 32 && kind < 32:
		return numberDecoder(reflect.Kind(w.kind), t)
	case w.kind != kind:
		return nil, mismatch(w, t)
	}
	switch kind {
	case wireHandle:
		return handleDecoder(w, c.r.handle(t))
	case wireTime:
		return decodeTime, nil
	case wireOwn:
		if w.how != how {
			return nil, mismatch(w, t)
		}
		return ownDecoder(t, ownEncodings[how]), nil
	case wirePtr:
		return c.pointer(w, t)
	case wireSlice:
		return c.slice(w, t)
	case wireArray:
		return c.array(w, t)
	case wireMap:
		return c.mapping(w, t)
	case wireStruct:
		return c.structure(w, t)
	}
	return nil, mismatch(w, t)
}

// numberDecoder reads basic values. An integer that does not fit is an error.
func numberDecoder(k reflect.Kind, t reflect.Type) (decodeFunc, error) {
	if (k == reflect.String) != (t.Kind() == reflect.String) || (k == reflect.Bool) != (t.Kind() == reflect.Bool) ||
		kindClass(k) != kindClass(t.Kind()) {
		return nil, decodeErrorf("%s does not fit %s", k, t)
	}
	switch kindClass(k) {
	case 's':
		return decodeString, nil
	case 'c':
		return complexDecoder(k, t), nil
	case 'f':
		return floatDecoder(k, t), nil
	}
	signed := k >= reflect.Int && k <= reflect.Int64
	return func(d *decoder, p unsafe.Pointer) error {
		n, err := d.uvarint()
		if err != nil {
			return err
		}
		if signed {
			n = uint64(int64(n>>1) ^ -int64(n&1))
		}
		return storeInt(t, p, n, signed)
	}, nil
}

func kindClass(k reflect.Kind) byte {
	switch {
	case k == reflect.String:
		return 's'
	case k == reflect.Complex64 || k == reflect.Complex128:
		return 'c'
	case k == reflect.Float32 || k == reflect.Float64:
		return 'f'
	}
	return 'i'
}

func decodeString(d *decoder, p unsafe.Pointer) error {
	s, err := d.string()
	*(*string)(p) = s
	return err
}

func floatDecoder(k reflect.Kind, t reflect.Type) decodeFunc {
	return func(d *decoder, p unsafe.Pointer) error {
		f, err := d.float(k == reflect.Float32)
		if t.Kind() == reflect.Float32 {
			*(*float32)(p) = float32(f)
		} else {
			*(*float64)(p) = f
		}
		return err
	}
}

func complexDecoder(k reflect.Kind, t reflect.Type) decodeFunc {
	return func(d *decoder, p unsafe.Pointer) error {
		re, err := d.float(k == reflect.Complex64)
		if err != nil {
			return err
		}
		im, err := d.float(k == reflect.Complex64)
		if t.Kind() == reflect.Complex64 {
			*(*complex64)(p) = complex(float32(re), float32(im))
		} else {
			*(*complex128)(p) = complex(re, im)
		}
		return err
	}
}

func (d *decoder) float(short bool) (float64, error) {
	if short {
		b, err := d.take(4)
		if err != nil {
			return 0, err
		}
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(b))), nil
	}
	b, err := d.take(8)
	if err != nil {
		return 0, err
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(b)), nil
}

// storeInt stores n, the bits of a signed or unsigned number, as a t.
func storeInt(t reflect.Type, p unsafe.Pointer, n uint64, signed bool) error {
	switch t.Kind() {
	case reflect.Bool:
		*(*bool)(p) = n != 0
		return nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if !signed && n > math.MaxInt64 || overflowsInt(t.Kind(), int64(n)) {
			return decodeErrorf("%d does not fit %s", n, t)
		}
	default:
		if signed && int64(n) < 0 || overflowsUint(t.Kind(), n) {
			return decodeErrorf("%d does not fit %s", int64(n), t)
		}
	}
	switch t.Size() {
	case 1:
		*(*uint8)(p) = uint8(n)
	case 2:
		*(*uint16)(p) = uint16(n)
	case 4:
		*(*uint32)(p) = uint32(n)
	default:
		*(*uint64)(p) = n
	}
	return nil
}

func bits(k reflect.Kind) int { return rawSize(k) * 8 }

func overflowsInt(k reflect.Kind, n int64) bool {
	shift := 64 - bits(k)
	return n<<shift>>shift != n
}

func overflowsUint(k reflect.Kind, n uint64) bool {
	shift := 64 - bits(k)
	return n<<shift>>shift != n
}

func handleDecoder(w *wireType, h *Handle) (decodeFunc, error) {
	if h.Name != w.name {
		return nil, mismatch(w, h.Type)
	}
	return func(d *decoder, p unsafe.Pointer) error {
		n, err := d.uvarint()
		if err != nil || n == 0 {
			return err
		}
		data, err := d.take(n - 1)
		if err != nil {
			return err
		}
		v, err := h.Decode(data)
		if err != nil {
			return err
		}
		reflect.NewAt(h.Type, p).Elem().Set(reflect.ValueOf(v))
		return nil
	}, nil
}

func ownDecoder(t reflect.Type, own ownEncoding) decodeFunc {
	return func(d *decoder, p unsafe.Pointer) error {
		data, err := d.bytes()
		if err != nil {
			return err
		}
		if err := own.decode(reflect.NewAt(t, p).Interface(), append([]byte(nil), data...)); err != nil {
			return decodeErrorf("%s: %v", t, err)
		}
		return nil
	}
}

func decodeTime(d *decoder, p unsafe.Pointer) error {
	sec, err := d.uvarint()
	if err != nil {
		return err
	}
	nsec, err := d.uvarint()
	if err != nil {
		return err
	}
	if nsec > 999_999_999 {
		return decodeErrorf("a time of %d nanoseconds", nsec)
	}
	place, err := d.string()
	if err != nil {
		return err
	}
	zone, err := d.string()
	if err != nil {
		return err
	}
	offset, err := d.uvarint()
	if err != nil {
		return err
	}
	t := time.Unix(int64(sec>>1)^-int64(sec&1), int64(nsec))
	*(*time.Time)(p) = inZone(t, place, zone, int(int64(offset>>1)^-int64(offset&1)))
	return nil
}

// inZone gives t the location of that name, unless the clock shows something else
// there: a fixed zone may bear any name.
func inZone(t time.Time, place, zone string, offset int) time.Time {
	if l, err := time.LoadLocation(place); err == nil {
		if name, east := t.In(l).Zone(); name == zone && east == offset {
			return t.In(l)
		}
	}
	return t.In(time.FixedZone(zone, offset))
}

func (c *planner) pointer(w *wireType, t reflect.Type) (decodeFunc, error) {
	elem, err := c.plan(w.elem, t.Elem())
	if err != nil {
		return nil, err
	}
	return func(d *decoder, p unsafe.Pointer) error {
		old, fresh, err := d.reference(t)
		if err != nil || !fresh {
			if old.IsValid() {
				*(*unsafe.Pointer)(p) = old.UnsafePointer()
			}
			return err
		}
		if err := d.spend(1, t.Elem().Size()); err != nil {
			return err
		}
		if err := d.deeper(); err != nil {
			return err
		}
		v := reflect.New(t.Elem())
		d.refs = append(d.refs, v.Convert(t))
		*(*unsafe.Pointer)(p) = v.UnsafePointer()
		err = elem(d, v.UnsafePointer())
		d.depth--
		return err
	}, nil
}

// reference reads the mark of a pointer or map: nil, one seen before, or fresh.
func (d *decoder) reference(t reflect.Type) (old reflect.Value, fresh bool, err error) {
	mark, err := d.byte()
	if err != nil {
		return old, false, err
	}
	switch mark {
	case 0:
		return old, false, nil
	case 1:
		return old, true, nil
	case 2:
		n, err := d.uvarint()
		if err != nil {
			return old, false, err
		}
		if n >= uint64(len(d.refs)) || d.refs[n].Type() != t {
			return old, false, decodeErrorf("a reference to no %s", t)
		}
		return d.refs[n], false, nil
	}
	return old, false, decodeErrorf("mark %d", mark)
}

func (c *planner) slice(w *wireType, t reflect.Type) (decodeFunc, error) {
	size := t.Elem().Size()
	from := w.elem
	if from.kind == wireNamed {
		from = from.elem
	}
	if from.kind < 32 && rawSize(reflect.Kind(from.kind)) > 0 {
		return c.rawSlice(reflect.Kind(from.kind), t)
	}
	elem, err := c.plan(w.elem, t.Elem())
	if err != nil {
		return nil, err
	}
	return func(d *decoder, p unsafe.Pointer) error {
		n, err := d.uvarint()
		if err != nil || n == 0 {
			return err
		}
		n--
		if err := d.spend(n, max(size, 1)); err != nil {
			return err
		}
		s := reflect.MakeSlice(t, int(n), int(n))
		reflect.NewAt(t, p).Elem().Set(s)
		return d.elements(s.UnsafePointer(), int(n), size, elem)
	}, nil
}

// unzeroed is the size from which memory for numbers is not zeroed before they are
// copied there. Memory of that size is aligned for any of them.
const unzeroed = 64 << 10

// rawSlice reads numbers that were written as they are in memory.
func (c *planner) rawSlice(k reflect.Kind, t reflect.Type) (decodeFunc, error) {
	width := rawSize(k)
	same := t.Elem().Kind() == k && c.r.rawElem(t.Elem())
	store, err := numberDecoder(k, t.Elem())
	if err != nil && t.Elem().Kind() != reflect.Interface {
		return nil, err
	}
	return func(d *decoder, p unsafe.Pointer) error {
		n, err := d.uvarint()
		if err != nil || n == 0 {
			return err
		}
		n--
		if n > uint64(len(d.data)/width) {
			return errShort
		}
		raw, _ := d.take(n * uint64(width))
		if err := d.spend(n, t.Elem().Size()); err != nil {
			return err
		}
		if same && len(raw) >= unzeroed {
			b := append([]byte(nil), raw...)
			*(*[]byte)(p) = unsafe.Slice(unsafe.SliceData(b), n) // the header of any slice
			return nil
		}
		s := reflect.MakeSlice(t, int(n), int(n))
		reflect.NewAt(t, p).Elem().Set(s)
		if same {
			copy(unsafe.Slice((*byte)(s.UnsafePointer()), len(raw)), raw)
			return nil
		}
		return widen(raw, k, s, store)
	}, nil
}

// widen stores raw numbers of kind k in a slice of another kind.
func widen(raw []byte, k reflect.Kind, s reflect.Value, store decodeFunc) error {
	encode, width := basicEncoder(k), rawSize(k)
	one := make([]byte, 16)
	for i := range s.Len() {
		copy(one, raw[i*width:(i+1)*width])
		e := encoder{}
		encode(&e, unsafe.Pointer(&one[0]))
		if s.Type().Elem().Kind() == reflect.Interface {
			return decodeErrorf("numbers do not fit %s", s.Type())
		}
		if err := store(&decoder{data: e.buf}, s.Index(i).Addr().UnsafePointer()); err != nil {
			return err
		}
	}
	return nil
}

func (d *decoder) elements(first unsafe.Pointer, n int, size uintptr, elem decodeFunc) error {
	if err := d.deeper(); err != nil {
		return err
	}
	for i := range n {
		if err := elem(d, unsafe.Add(first, uintptr(i)*size)); err != nil {
			return err
		}
	}
	d.depth--
	return nil
}

func (c *planner) array(w *wireType, t reflect.Type) (decodeFunc, error) {
	n, size := t.Len(), t.Elem().Size()
	if n != w.len {
		return nil, mismatch(w, t)
	}
	elem, err := c.plan(w.elem, t.Elem())
	if err != nil {
		return nil, err
	}
	return func(d *decoder, p unsafe.Pointer) error { return d.elements(p, n, size, elem) }, nil
}

func (c *planner) mapping(w *wireType, t reflect.Type) (decodeFunc, error) {
	key, err := c.plan(w.key, t.Key())
	if err != nil {
		return nil, err
	}
	elem, err := c.plan(w.elem, t.Elem())
	if err != nil {
		return nil, err
	}
	return func(d *decoder, p unsafe.Pointer) error {
		m := reflect.NewAt(t, p).Elem()
		old, fresh, err := d.reference(t)
		if err != nil || !fresh {
			if old.IsValid() {
				m.Set(old)
			}
			return err
		}
		n, err := d.uvarint()
		if err != nil {
			return err
		}
		if n > uint64(len(d.data)) && n > 1 {
			return errShort
		}
		if err := d.spend(n, t.Key().Size()+t.Elem().Size()+16); err != nil {
			return err
		}
		if err := d.deeper(); err != nil {
			return err
		}
		m.Set(reflect.MakeMapWithSize(t, int(n)))
		d.refs = append(d.refs, reflect.ValueOf(m.Interface()))
		for range n {
			k, v := reflect.New(t.Key()), reflect.New(t.Elem())
			if err := key(d, k.UnsafePointer()); err != nil {
				return err
			}
			if err := elem(d, v.UnsafePointer()); err != nil {
				return err
			}
			m.SetMapIndex(k.Elem(), v.Elem())
		}
		d.depth--
		return nil
	}, nil
}

// structure matches fields by name. What the target lacks is read and dropped, what
// it has more stays zero.
func (c *planner) structure(w *wireType, t reflect.Type) (decodeFunc, error) {
	type field struct {
		offset uintptr
		decode decodeFunc
		drop   reflect.Type
	}
	fields := make([]field, 0, len(w.fields))
	for i := range w.fields {
		from := &w.fields[i]
		to, ok := fieldNamed(t, from.name)
		if !ok {
			drop, err := c.r.goType(from.typ, nil)
			if err != nil {
				return nil, err
			}
			decode, err := c.plan(from.typ, drop)
			if err != nil {
				return nil, err
			}
			fields = append(fields, field{decode: decode, drop: drop})
			continue
		}
		decode, err := c.plan(from.typ, to.Type)
		if err != nil {
			return nil, decodeErrorf("field %s of %s: %v", to.Name, t, err)
		}
		fields = append(fields, field{offset: to.Offset, decode: decode})
	}
	return func(d *decoder, p unsafe.Pointer) error {
		for i := range fields {
			f := &fields[i]
			at := unsafe.Add(p, f.offset)
			if f.drop != nil {
				if err := d.spend(1, f.drop.Size()); err != nil {
					return err
				}
				at = reflect.New(f.drop).UnsafePointer()
			}
			if err := f.decode(d, at); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

func fieldNamed(t reflect.Type, name string) (reflect.StructField, bool) {
	fields := crossingFields(t)
	for _, f := range fields {
		if f.Name == name {
			return f, true
		}
	}
	for _, f := range fields {
		if plainName(f.Name) == plainName(name) {
			return f, true
		}
	}
	return reflect.StructField{}, false
}
