package procpool

import (
	"reflect"

	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/fault"
)

// Register makes functions of a compiled program known under their own names in all
// of its processes. Each is a top-level function, or a method expression
// such as (*MyProcess).Run for method values of that type. It panics on anything else.
func Register(funcs ...any) {
	for _, f := range funcs {
		v := reflect.ValueOf(f)
		if v.Kind() != reflect.Func || v.IsNil() {
			panic(fault.Errorf("Register: %T is not a function", f))
		}
		name := callee.FuncName(v)
		if callee.IsClosure(name) {
			panic(fault.Errorf("Register: %s is not a top-level function", name))
		}
		this.Callees.Register(name, v)
	}
}

// RegisterType makes the named types of the samples known to this process under their names. A sample
// may be a reflect.Type. Values cross in interfaces without it, as all types that the program uses are
// found by their names. It is for programs that get values from another program, by
// Listen or Dial, and mention the type nowhere.
func RegisterType(samples ...any) {
	for _, s := range samples {
		t, ok := s.(reflect.Type)
		if !ok {
			t = reflect.TypeOf(s)
		}
		this.Codec.RegisterType(t)
	}
}

// RegisterError makes errors.Is hold for err when it crosses. The name must be the
// same in all processes. Without it, errors of one type and text match.
func RegisterError(name string, err error) { this.Codec.RegisterError(name, err) }
