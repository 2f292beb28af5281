package codec

import (
	"encoding/binary"
	"reflect"
	"time"
	"unsafe"
)

func handleEncoder(h *Handle) encodeFunc {
	return func(e *encoder, p unsafe.Pointer) *EncodeError {
		if *(*unsafe.Pointer)(p) == nil {
			e.uvarint(0)
			return nil
		}
		v := reflect.NewAt(h.Type, p).Elem().Interface()
		data, err := h.Encode(v)
		if err != nil {
			return &EncodeError{Type: h.Type.String(), Err: err}
		}
		if e.onHandle != nil && !h.untold {
			e.onHandle(v)
		}
		if !e.keeps && h.Lost != nil {
			h.Lost(v)
		}
		e.uvarint(uint64(len(data)) + 1)
		e.buf = append(e.buf, data...)
		return nil
	}
}

func ownEncoder(t reflect.Type, own ownEncoding) encodeFunc {
	return func(e *encoder, p unsafe.Pointer) *EncodeError {
		data, err := own.encode(reflect.NewAt(t, p).Interface())
		if err != nil {
			return &EncodeError{Type: t.String(), Err: err}
		}
		e.uvarint(uint64(len(data)))
		e.bytes(data)
		return nil
	}
}

// encodeTime writes the wall clock and the location; the monotonic clock is one
// process's own.
func encodeTime(e *encoder, p unsafe.Pointer) *EncodeError {
	t := *(*time.Time)(p)
	e.buf = binary.AppendVarint(e.buf, t.Unix())
	e.uvarint(uint64(t.Nanosecond()))
	zone, offset := t.Zone()
	e.buf = appendString(e.buf, e.r.places.name(t, zone))
	e.buf = appendString(e.buf, zone)
	e.buf = binary.AppendVarint(e.buf, int64(offset))
	return nil
}
