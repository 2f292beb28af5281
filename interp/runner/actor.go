package runner

import (
	"reflect"
	"strings"
)

// methods finds the methods of an actor's state: those that an interpreted type has here, and
// those of a compiled one under the names that they have in cells.
func (i *interpreter) methods(state any, result string) map[string]reflect.Value {
	if ms := i.types.Methods(state, result); ms != nil {
		return ms
	}
	v := reflect.ValueOf(value(state))
	if v.Kind() != reflect.Pointer { // its methods may change it
		p := reflect.New(v.Type())
		p.Elem().Set(v)
		v = p
	}
	ms := map[string]reflect.Value{}
	for i := range v.NumMethod() {
		ms[strings.TrimPrefix(v.Type().Method(i).Name, mangling)] = v.Method(i)
	}
	return ms
}
