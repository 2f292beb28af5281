package embed

import (
	"reflect"

	"github.com/parago/parago/procpool/internal/here"
	"github.com/parago/parago/procpool/internal/host"
	"github.com/parago/parago/procpool/internal/task"
)

type (
	// A Host is the interpreter that procpool runs in, in the session process and in workers alike.
	Host = host.Host
	// A Func is a function that can cross to another process, as an interpreter tells it.
	Func = host.Func
	// A Unit is something that a process must have loaded before it can call an entry.
	Unit = host.Unit
	// A Linker finds what an entry needs. It is the parent's side of an interpreter.
	Linker = host.Linker
	// A Runner loads units and finds entries. It is the worker's side of an interpreter.
	Runner = host.Runner
	// A Content is the encoded value of a variable. It is made by EncodeVariable in one process and decoded
	// once in each process that it goes to. The interpreter passes it on in a Unit, and does no more.
	Content = task.Content
)

// Use tells procpool which interpreter hosts it. It is called once at program
// start, before anything else of procpool, in the process that runs the cells.
func Use(h Host) { here.This.Use(h) }

// Serve makes an interpreter process a worker. It returns only when this process was
// not started by a parent, with an error that says so.
func Serve(h Host) error {
	here.This.Use(h)
	return here.This.Serve()
}

// AllowOrigin lets things be begun on behalf of origin again after CancelOrigin.
func AllowOrigin(origin string) { here.This.Allow(origin) }

// CancelOrigin stops what was begun on behalf of origin and has not ended: its tasks
// fail with ErrCanceled, workers running them are killed and replaced,
// processes it started are killed, and calls that it waits in return. Others notice
// nothing. It returns when the processes are gone. What is begun on its behalf later
// fails too, until AllowOrigin.
func CancelOrigin(origin string) { here.This.CancelOrigin(origin) }

// Flush shows now what Grouped has not shown yet. Interpreters call it at the end of a cell.
func Flush() { here.This.Screen.ShowGroups() }

// Encode turns a value into bytes that Decode of another process understands. Its
// error is an *EncodeError.
func Encode(v reflect.Value) ([]byte, error) {
	here.This.Ready()
	return here.This.Codec.Encode(nil, v)
}

// Decode sets into, which is settable or a non-nil pointer, to an encoded value.
func Decode(data []byte, into reflect.Value) error {
	here.This.Ready()
	return here.This.Codec.Decode(data, into)
}

// EncodeVariable encodes a variable that a function reads. What is larger than MaxCapture is refused.
func EncodeVariable(v reflect.Value) (*Content, error) {
	here.This.Ready()
	return task.NewContent(&here.This.Codec, &here.This.Segments, v)
}
