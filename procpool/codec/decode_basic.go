package codec

import (
	"encoding/binary"
	"math"
	"reflect"
	"unsafe"
)

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
	b, err := d.bytes()
	*(*string)(p) = d.text(b)
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
