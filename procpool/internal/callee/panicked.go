package callee

import (
	"runtime/debug"
	"strings"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/host"
	"github.com/parago/parago/procpool/internal/task"
)

// Stack is that of the calling goroutine, for Panicked.
func Stack() []byte { return debug.Stack() }

// Panicked is the failure of a function that has panicked with x, in the words of the interpreter if there is one.
func Panicked(h *host.Host, x any, stack []byte) *task.Failure {
	f := &task.Failure{Panic: true}
	if h != nil && h.Explain != nil {
		f.Value, f.Stack = h.Explain(x)
	} else {
		f.Value, f.Stack = fault.PanicText(x), userFrames(stack)
	}
	if err, ok := x.(error); ok {
		f.Err = err
	}
	return f
}

// Exited is the failure of a task whose goroutine ends before it has returned.
func Exited(h *host.Host) *task.Failure {
	f := &task.Failure{Panic: true, Value: "runtime.Goexit was called"}
	if h != nil && h.Ended != nil {
		if text, stack := h.Ended(); text != "" {
			f.Value, f.Stack = text, stack
		}
	}
	return f
}

// userFrames cuts a stack where this package calls the function.
func userFrames(stack []byte) string {
	s := string(stack)
	if _, after, ok := strings.Cut(s, "\npanic("); ok {
		if i := strings.Index(after, "\n\t"); i >= 0 {
			if j := strings.IndexByte(after[i+2:], '\n'); j >= 0 {
				s = after[i+2+j+1:]
			}
		}
	}
	if i := strings.Index(s, "reflect.Value.call("); i >= 0 {
		s = s[:i]
	}
	return s
}
