package fault

import (
	"reflect"

	"github.com/parago/parago/procpool/codec"
)

// sentinels are the errors that programs compare with, by their names in package procpool.
var sentinels = map[string]error{
	"ErrClosed": ErrClosed, "ErrTerminated": ErrTerminated, "ErrBroken": ErrBroken, "ErrStarted": ErrStarted,
	"ErrNotStarted": ErrNotStarted, "ErrNotChild": ErrNotChild, "ErrFull": ErrFull, "ErrEmpty": ErrEmpty, "ErrTooDeep": ErrTooDeep,
	"ErrPeerClosed": ErrPeerClosed, "ErrCanceled": ErrCanceled, "ErrReadOnly": ErrReadOnly, "ErrWriteOnly": ErrWriteOnly,
	"ErrTooLong": ErrTooLong, "ErrExists": ErrExists, "ErrAuth": ErrAuth, "ErrOwnerDied": ErrOwnerDied, "ErrNotHeld": ErrNotHeld,
	"ErrBrokenBarrier": ErrBrokenBarrier, "ErrNotFound": ErrNotFound, "ErrNoMethod": ErrNoMethod,
}

// Register lets the errors of this package cross as themselves.
func Register(r *codec.Registry) {
	for name, err := range sentinels {
		r.RegisterError("procpool."+name, err)
	}
	for _, t := range []reflect.Type{
		reflect.TypeFor[TaskError](), reflect.TypeFor[RemotePanic](), reflect.TypeFor[WorkerDiedError](),
		reflect.TypeFor[ExitError](), reflect.TypeFor[codec.EncodeError](), reflect.TypeFor[TimeoutError](),
	} {
		r.RegisterType(t)
	}
}
