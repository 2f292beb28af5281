package codec

import (
	"reflect"
	"time"
	"unsafe"
)

func handleDecoder(w *wireType, h *Handle) (decodeFunc, error) {
	if h.Name != w.handle {
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
		if d.onHandle != nil && !h.untold {
			d.onHandle(v)
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
	*(*time.Time)(p) = d.r.places.in(t, place, zone, int(int64(offset>>1)^-int64(offset&1)))
	return nil
}
