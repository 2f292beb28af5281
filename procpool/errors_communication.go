package procpool

import (
	"errors"
	"reflect"
)

// Errors of what processes tell each other.
var (
	// ErrReadOnly is the error of sending on the end of a one-way pipe that receives.
	ErrReadOnly = errors.New("procpool: this end of the pipe only receives")
	// ErrWriteOnly is the error of receiving on the end of a one-way pipe that sends.
	ErrWriteOnly = errors.New("procpool: this end of the pipe only sends")
	// ErrTooLong is the error of RecvBytes for a message that is longer than wanted. The message stays.
	ErrTooLong = errors.New("procpool: message is longer than wanted")
	// ErrExists is the error of making shared memory with a name that is taken.
	ErrExists = errors.New("procpool: name is taken")
	// ErrAuth is the error of Dial and Accept when one side does not know the other's key, or
	// does not speak this package's protocol.
	ErrAuth = errors.New("procpool: authentication failed")
)

// registerCommunication lets the handles and errors of communication cross.
func (p *process) registerCommunication() {
	p.codec.RegisterHandle(sharedHandle())
	p.codec.RegisterHandle(blockHandle())
	for name, err := range map[string]error{
		"ErrReadOnly": ErrReadOnly, "ErrWriteOnly": ErrWriteOnly, "ErrTooLong": ErrTooLong, "ErrExists": ErrExists, "ErrAuth": ErrAuth,
	} {
		p.codec.RegisterError("procpool."+name, err)
	}
	p.codec.RegisterType(reflect.TypeFor[SharedMemory]())
}
