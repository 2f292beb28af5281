package work

import (
	"fmt"
	"os"
	"reflect"

	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/task"
)

// runProcess is the life of a process in the process: it calls the function and ends
// with its outcome.
func (u *Link) runProcess(fn callee.Body, args []reflect.Value, fail *task.Failure) {
	code, returned := 1, fail != nil
	defer func() {
		if f := callee.Exited(u.Host); !returned && f.Stack != "" {
			fmt.Fprintf(os.Stderr, "Process %s:\nfatal error: %s\n\n%s", u.Role.Name, f.Value, f.Stack)
		}
		u.ending.Leave(code)
	}()
	if fail == nil {
		fail = u.callOnly(fn, args)
		returned = true
	}
	switch {
	case fail == nil:
		code = 0
	case fail.Panic:
		fmt.Fprintf(os.Stderr, "Process %s:\npanic: %s\n\n%s", u.Role.Name, fail.Value, fail.Stack)
	default:
		fmt.Fprintf(os.Stderr, "Process %s: %v\n", u.Role.Name, fail.Err)
	}
}

// callOnly calls the function and looks only at its error.
func (u *Link) callOnly(fn callee.Body, args []reflect.Value) (fail *task.Failure) {
	defer func() {
		if x := recover(); x != nil {
			fail = callee.Panicked(u.Host, x, callee.Stack())
		}
	}()
	out := fn.Func.Call(args)
	if n := len(out); n > 0 && out[n-1].Type() == callee.ErrorType {
		if err, _ := out[n-1].Interface().(error); err != nil {
			return &task.Failure{Err: err}
		}
	}
	return nil
}
