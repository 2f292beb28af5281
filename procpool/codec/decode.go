package codec

import (
	"encoding/binary"
	"reflect"
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
	// dropping counts fields around that this process's types do not have.
	dropping int
	onHandle func(any) // may be nil
	together bool      // many values follow each other: small strings share memory
	room     []byte    // for those
	behind   int       // bytes of the values that follow the one at hand
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

// Small strings of a block share memory of roomSize, which one that is kept holds as a whole. Those from aloneSize
// on have their own.
const (
	roomSize  = 4 << 10
	aloneSize = roomSize / 16
)

// text returns a string of these bytes, which are the last of the message that were read.
func (d *decoder) text(b []byte) string {
	if !d.together || len(b) == 0 || len(b) >= aloneSize {
		return copyOf(b)
	}
	at := len(d.room)
	if len(b) > cap(d.room)-at {
		d.room, at = make([]byte, 0, min(roomSize, len(b)+len(d.data)+d.behind)), 0
	}
	d.room = append(d.room, b...)
	return unsafe.String(&d.room[at], len(b))
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
