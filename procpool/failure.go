package procpool

import (
	"errors"
	"reflect"
	"runtime/debug"
	"strings"

	"github.com/parago/parago/procpool/internal/fault"
)

// A failure is why a task has no result, as it crosses.
type failure struct {
	Panic   bool
	Value   string
	Stack   string
	Err     error
	Encode  bool // the result could not be encoded: Path, Type
	Path    string
	Type    string
	NotMade bool // the function or its arguments could not be made here
}

func stack() []byte { return debug.Stack() }

func panicked(x any, stack []byte) *failure {
	f := &failure{Panic: true}
	if this.host != nil && this.host.Explain != nil {
		f.Value, f.Stack = this.host.Explain(x)
	} else {
		f.Value, f.Stack = fault.PanicText(x), userFrames(stack)
	}
	if err, ok := x.(error); ok {
		f.Err = err
	}
	return f
}

// goexited is the failure of a task whose goroutine ends before it has returned.
func goexited() *failure {
	f := &failure{Panic: true, Value: "runtime.Goexit was called"}
	if this.host != nil && this.host.Ended != nil {
		if text, stack := this.host.Ended(); text != "" {
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

// encodeFailure encodes a failure, or what can be told of it if the methods of its error are in the
// way.
func encodeFailure(f *failure) []byte {
	type encoded struct {
		data []byte
		err  error
	}
	encode := func(f *failure) (e encoded) {
		e.data, e.err = this.codec.Encode([]byte{resultFailure}, reflect.ValueOf(f))
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
