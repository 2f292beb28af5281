package task

import (
	"errors"
	"reflect"

	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/fault"
)

// decodeFailure reads a failure.
func decodeFailure(r *codec.Registry, data []byte) *Failure {
	var f Failure
	p := &f
	if err := r.Decode(data, reflect.ValueOf(&p)); err != nil {
		return &Failure{Err: fault.Errorf("an error that cannot be read: %w", err)}
	}
	if p == nil {
		return &Failure{Err: fault.Errorf("an error that cannot be read")}
	}
	return p
}

// asError returns the failure as what a TaskError wraps.
func (f *Failure) asError() error {
	switch {
	case f.Panic:
		return &fault.RemotePanic{Value: f.Value, Stack: f.Stack, Err: f.Err}
	case f.Encode:
		return &codec.EncodeError{Path: f.Path, Type: f.Type, Err: f.Err}
	case f.Err == nil:
		return fault.Errorf("an unknown error")
	}
	return f.Err
}

// A Failure is why a task has no result, as it crosses.
type Failure struct {
	Panic   bool
	Value   string
	Stack   string
	Err     error
	Encode  bool // the result could not be encoded: Path, Type
	Path    string
	Type    string
	NotMade bool // the function or its arguments could not be made here
}

// EncodeFailure encodes a failure, or what can be told of it if the methods of its error are in the
// way.
func EncodeFailure(r *codec.Registry, f *Failure) []byte {
	type encoded struct {
		data []byte
		err  error
	}
	encode := func(f *Failure) (e encoded) {
		e.data, e.err = r.Encode([]byte{resultFailure}, reflect.ValueOf(f))
		return e
	}
	e, ok := encoded{}, true
	if f.Err == nil {
		e = encode(f)
	} else {
		e, ok = fault.Bounded(func() encoded { return encode(f) })
	}
	if ok && e.err == nil {
		return e.data
	}
	bare := *f
	bare.Err = errors.New(fault.BadMethods(f.Err))
	if ok {
		bare.Err = fault.Errorf("an error that cannot be told: %w", e.err)
	}
	return encode(&bare).data
}
