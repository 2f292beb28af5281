package dyn

import (
	"reflect"
	"strings"
)

// less orders map keys as fmt does: numbers, then text, field by field.
func less(a, b reflect.Value) bool { return compare(a, b) < 0 }

func compare(a, b reflect.Value) int {
	switch a.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return order(a.Int() < b.Int(), a.Int() > b.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return order(a.Uint() < b.Uint(), a.Uint() > b.Uint())
	case reflect.String:
		return strings.Compare(a.String(), b.String())
	case reflect.Float32, reflect.Float64:
		return order(a.Float() < b.Float() || a.Float() != a.Float(), a.Float() > b.Float())
	case reflect.Bool:
		return order(!a.Bool() && b.Bool(), a.Bool() && !b.Bool())
	case reflect.Pointer, reflect.Chan:
		return order(a.Pointer() < b.Pointer(), a.Pointer() > b.Pointer())
	case reflect.Struct:
		for i := range a.NumField() {
			if c := compare(a.Field(i), b.Field(i)); c != 0 {
				return c
			}
		}
	case reflect.Array:
		for i := range a.Len() {
			if c := compare(a.Index(i), b.Index(i)); c != 0 {
				return c
			}
		}
	case reflect.Interface:
		return compareInterfaces(a, b)
	}
	return 0
}

func compareInterfaces(a, b reflect.Value) int {
	a, b = a.Elem(), b.Elem()
	if !a.IsValid() || !b.IsValid() {
		return order(!a.IsValid() && b.IsValid(), a.IsValid() && !b.IsValid())
	}
	if x, ok := a.Interface().(Box); ok {
		a = reflect.ValueOf(x.V)
	}
	if x, ok := b.Interface().(Box); ok {
		b = reflect.ValueOf(x.V)
	}
	if a.Type() != b.Type() {
		return strings.Compare(a.Type().String(), b.Type().String())
	}
	return compare(a, b)
}

func order(less, greater bool) int {
	if less {
		return -1
	}
	if greater {
		return 1
	}
	return 0
}
