// Package reflect names types.
package reflect

import "reflect"

func TypeFor[T any]() reflect.Type {
	var p *T
	return reflect.TypeOf(p).Elem()
}
