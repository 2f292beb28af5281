package codec_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/parago/parago/procpool/codec"
)

// A closure is a function as a program without a compiler's help may know it: its method call is
// what crosses.
type closure struct {
	by    int
	inner func(int) int
}

func (c *closure) call(n int) int {
	if n <= 0 {
		return c.by
	}
	if c.inner == nil {
		return n + c.by
	}
	return c.inner(n-1) + 1
}

type hooks struct {
	Double func(int) int
	Log    func(format string, args ...any) (string, error)
	any    any
}

// closures is a Registry in which the functions in known cross by number, and those of closures as these.
func closures(known ...any) *codec.Registry {
	r := &codec.Registry{}
	r.CrossFunctions(codec.Functions{
		Out: func(f reflect.Value, back bool) (any, error) {
			for i, k := range known {
				switch k := k.(type) {
				case *closure:
					if method := reflect.ValueOf(k.call); f.Type() == method.Type() && f.Call([]reflect.Value{reflect.ValueOf(0)})[0].Int() == int64(k.by) {
						return k, nil
					}
				default:
					if reflect.ValueOf(k).Pointer() == f.Pointer() {
						return i, nil
					}
				}
			}
			if back {
				return nil, errors.New("not known, and back")
			}
			return nil, errors.New("not known")
		},
		In: func(is any) (reflect.Value, error) {
			switch is := is.(type) {
			case int:
				return reflect.ValueOf(known[is]), nil
			case *closure:
				return reflect.ValueOf(is.call), nil
			}
			return reflect.Value{}, fmt.Errorf("%T is no function", is)
		},
	})
	r.RegisterType(reflect.TypeFor[hooks]())
	r.RegisterType(reflect.TypeFor[closure]())
	return r
}

func double(n int) int                             { return 2 * n }
func logged(f string, args ...any) (string, error) { return fmt.Sprintf(f, args...), nil }

func cross[T any](t *testing.T, r *codec.Registry, v T) (out T) {
	t.Helper()
	data, err := r.Encode(nil, reflect.ValueOf(&v).Elem())
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Decode(data, reflect.ValueOf(&out)); err != nil {
		t.Fatal(err)
	}
	for n := range data { // no part of it is taken for the whole
		var short T
		if r.Decode(data[:n], reflect.ValueOf(&short)) == nil {
			t.Errorf("%d of %d bytes are a message", n, len(data))
		}
	}
	return out
}

func TestFunctions(t *testing.T) {
	loop := &closure{by: 7}
	loop.inner = loop.call
	r := closures(double, logged, &closure{by: 5}, loop)
	h := cross(t, r, hooks{Double: double, Log: logged, any: double})
	if text, err := h.Log("%d %d", h.Double(4), h.any.(func(int) int)(5)); text != "8 10" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	all := cross(t, r, map[string]any{"list": []func(int) int{double, nil, (&closure{by: 5}).call}})["list"].([]func(int) int)
	if all[0](3) != 6 || all[1] != nil || all[2](3) != 8 {
		t.Errorf("%v", all)
	}
	if f := cross(t, r, loop.call); f(3) != 10 {
		t.Errorf("a function that calls itself comes to %d", f(3))
	}
}

func TestFunctionsThatDoNotCross(t *testing.T) {
	r := closures(double)
	_, err := r.Encode(nil, reflect.ValueOf(hooks{Log: logged}))
	var bad *codec.EncodeError
	if !errors.As(err, &bad) || bad.Path != ".Log" || !strings.HasSuffix(err.Error(), "not known") {
		t.Errorf("error %v", err)
	}
	if _, err := r.EncodeWith(nil, reflect.ValueOf(logged), codec.Options{Back: true}); err == nil || !strings.HasSuffix(err.Error(), "and back") {
		t.Errorf("error %v", err)
	}
	data, err := r.Encode(nil, reflect.ValueOf(double))
	if err != nil {
		t.Fatal(err)
	}
	var other func(string) int
	if err := r.Decode(data, reflect.ValueOf(&other)); err == nil {
		t.Error("a function is one of another type")
	}
}
