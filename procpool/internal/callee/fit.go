package callee

import (
	"reflect"
	"runtime"

	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/node"
)

// Fit sets into, a pointer, to a value that has come in an interface. As in the
// arguments of a call, numbers change their type if they keep their value, and what came as a struct
// of a type that is not known here is taken by its structure.
func Fit(n *node.Node, v any, into any) error {
	to := reflect.ValueOf(into).Elem()
	if to.Kind() != reflect.Interface && n.Host != nil && n.Host.Bare != nil {
		v = n.Host.Bare(v)
	}
	x, err := Argument(to.Type(), reflect.ValueOf(v))
	if err == nil {
		to.Set(x)
		return nil
	}
	if to.Kind() != reflect.Interface && v != nil && composed(to.Kind()) && to.Kind() == reflect.TypeOf(v).Kind() {
		defer runtime.KeepAlive(v) // which keeps the handles in it
		if data, bad := n.Codec.EncodeWith(nil, reflect.ValueOf(v), codec.Options{Keeps: true}); bad == nil && n.Codec.Decode(data, to) == nil {
			return nil
		}
	}
	return err
}

// composed tells the kinds of values whose types may differ in name only.
func composed(k reflect.Kind) bool {
	switch k {
	case reflect.Struct, reflect.Pointer, reflect.Slice, reflect.Map, reflect.Array:
		return true
	}
	return false
}
