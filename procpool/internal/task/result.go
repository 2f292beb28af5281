package task

import (
	"errors"
	"reflect"
	"time"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/fault"
)

// The first byte of a result.
const (
	ResultValue   = iota // a message
	resultFailure        // a failure
)

// Outcome takes a result apart: the value as it is encoded, or the failure.
func Outcome(r *codec.Registry, data []byte) ([]byte, error) {
	switch {
	case len(data) == 0:
		return nil, fault.Errorf("an empty result")
	case data[0] == resultFailure:
		return nil, decodeFailure(r, data[1:]).asError()
	}
	return data[1:], nil
}

// EncodeResults writes no value, one, or a slice of them.
func (m Message) EncodeResults(r *codec.Registry, out []reflect.Value, onHandle func(any)) (result Message, fail *Failure) {
	var v reflect.Value
	switch len(out) {
	case 0:
		return Message{Buf: []byte{ResultValue}}, nil
	case 1:
		v = out[0]
	default:
		all := make([]any, len(out))
		for i := range out {
			all[i] = out[i].Interface()
		}
		v = reflect.ValueOf(all)
	}
	buf, err := r.EncodeWith([]byte{ResultValue}, v, codec.Options{OnHandle: onHandle, Grow: m.Grow, Back: true})
	var bad *codec.EncodeError
	if errors.As(err, &bad) {
		m.Drop()
		return m, &Failure{Encode: true, Path: "result" + bad.Path, Type: bad.Type, Err: bad.Err}
	}
	m.Buf = buf
	m.Finish()
	return m, nil
}

// EncodeTimes is what a worker says of when a task ran.
func EncodeTimes(begun, ended time.Time) []byte {
	return append(broker.Number(uint64(begun.UnixNano())), broker.Number(uint64(ended.UnixNano()))...)
}
