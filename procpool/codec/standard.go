package codec

import (
	"errors"
	"reflect"
	"runtime"
	"time"
)

// standardHandles are for pointers of the standard library that are what they point to only in
// the process that made it.
func (r *Registry) standardHandles() []Handle {
	return []Handle{
		{"reflect.Type", reflect.TypeOf(timeType), r.encodeType, r.decodeType, true, nil},
		{"time.Location", reflect.TypeFor[*time.Location](), r.encodeLocation, r.decodeLocation, true, nil},
		{"runtime.Func", reflect.TypeFor[*runtime.Func](), encodeCode, decodeCode, true, nil},
	}
}

// encodeType writes a reflect.Type: its description.
func (r *Registry) encodeType(v any) ([]byte, error) {
	t := v.(reflect.Type)
	plan := r.encoder(t)
	return plan.description, r.lost(t, plan)
}

func (r *Registry) decodeType(data []byte) (any, error) {
	w, err := r.parse(data)
	if err != nil {
		return nil, err
	}
	return r.goType(w)
}

// The marks of a *time.Location. Programs compare those of the first two by their addresses.
const (
	locationLocal = iota
	locationUTC
	locationOther // what it consists of follows
)

func (r *Registry) encodeLocation(v any) ([]byte, error) {
	switch l := v.(*time.Location); l {
	case time.Local:
		return []byte{locationLocal}, nil
	case time.UTC:
		return []byte{locationUTC}, nil
	default:
		return r.Encode([]byte{locationOther}, reflect.ValueOf(l).Elem())
	}
}

func (r *Registry) decodeLocation(data []byte) (any, error) {
	switch {
	case len(data) == 0:
		return nil, errShort
	case data[0] == locationLocal:
		return time.Local, nil
	case data[0] == locationUTC:
		return time.UTC, nil
	}
	l := new(time.Location)
	return l, r.Decode(data[1:], reflect.ValueOf(l))
}

func encodeCode(any) ([]byte, error) { return nil, errors.New("it stands for code of this process") }
func decodeCode([]byte) (any, error) { return (*runtime.Func)(nil), nil }
