package dyn

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/parago/parago/interp/runner/symbols"
)

// registry has the types of a small session: a struct, a pointer method, an error, an int.
func registry() *Registry {
	r := New(symbols.All())
	r.define("Point", "main.Point", "struct{X int;Y int}")
	r.method("Point", "Sum", "()(int)", false, func(p point) int { return p.X + p.Y })
	r.method("Point", "Move", "(int)", true, func(p *point, by int) { p.X += by })
	r.define("Day", "main.Day", "int")
	r.method("Day", "String", "()(string)", false, func(d int) string { return fmt.Sprint("day ", d) })
	r.define("Lost", "main.Lost", "struct{Of string}")
	r.method("Lost", "Error", "()(string)", true, func(l *lost) string { return "lost " + l.Of })
	r.define("Line", "main.Line", "struct{Point۰embedded Point;Name string}")
	return r
}

// What the interpreter makes of the types above.
type (
	point = struct{ X, Y int }
	lost  = struct{ Of string }
	line  = struct {
		Point point
		Name  string
	}
)

// TestIs has assertions: whether a dynamic value has a type or implements it.
func TestIs(t *testing.T) {
	t.Parallel()
	r := registry()
	p := r.box("Point", point{1, 2})
	for _, c := range []struct {
		name string
		x    any
		typ  string
		want bool
	}{
		{"its own type", p, "Point", true},
		{"a pointer is no value", p, "*Point", false},
		{"an interface of a value method", p, "interface{Sum()(int)}", true},
		{"a pointer method is not the value's", p, "interface{Move(int)}", false},
		{"a pointer has both", r.box("*Point", &point{}), "interface{Move(int);Sum()(int)}", true},
		{"a promoted method", r.box("Line", line{}), "interface{Sum()(int)}", true},
		{"another signature", p, "interface{Sum()(string)}", false},
		{"a defined int is no int", r.box("Day", 1), "int", false},
		{"an int is no defined int", 1, "Day", false},
		{"a native interface", r.box("Day", 1), "fmt۰.Stringer", true},
		{"an error behind a pointer", r.box("*Lost", &lost{}), "error", true},
		{"a native value", errors.New("x"), "error", true},
		{"nil is nothing", nil, "any", false},
		{"nil is nil", nil, "nil", true},
	} {
		if got := r.is(c.x, c.typ); got != c.want {
			t.Errorf("%s: is(%v, %s) = %v", c.name, c.x, c.typ, got)
		}
	}
}

// TestPrint has boxes and how fmt shows them.
func TestPrint(t *testing.T) {
	t.Parallel()
	r := registry()
	for _, c := range []struct{ got, want string }{
		{fmt.Sprint(r.box("Point", point{1, 2})), "{1 2}"},
		{fmt.Sprintf("%+v", r.box("Point", point{1, 2})), "{X:1 Y:2}"},
		{fmt.Sprintf("%#v", r.box("Point", point{1, 2})), "main.Point{X:1, Y:2}"},
		{fmt.Sprint(r.box("*Point", &point{1, 2})), "&{1 2}"},
		{fmt.Sprint(r.box("Day", 3)), "day 3"},
		{fmt.Sprint(r.box("[]Day", []int{3, 4})), "[day 3 day 4]"},
		{fmt.Sprintf("%d", r.box("Day", 3)), "3"},
		{fmt.Sprint(r.box("*Lost", &lost{"it"})), "lost it"},
		{r.typeName(r.box("map[string]*Point", map[string]*point{})), "map[string]*main.Point"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

// TestMethodsOfPointers calls methods of an interface value whose pointer leads to
// something else in the meantime.
func TestMethodsOfPointers(t *testing.T) {
	t.Parallel()
	r := registry()
	p := &point{1, 2}
	var sum func() int
	var move func(int)
	r.bind(r.box("*Point", p), "Sum", &sum)
	r.bind(r.box("*Point", p), "Move", &move)
	move(10)
	if got := sum(); got != 13 {
		t.Errorf("after a move the sum is %d, want 13", got)
	}
	*p = point{100, 1}
	if got := sum(); got != 101 {
		t.Errorf("after an assignment the sum is %d, want 101", got)
	}
}

// TestTranslate has panics of package reflect, provoked for real, and Go's texts for them.
func TestTranslate(t *testing.T) {
	t.Parallel()
	one := reflect.ValueOf([]int{1})
	for _, c := range []struct {
		name string
		f    func()
		want string
	}{
		{"an index", func() { one.Index(5) }, "runtime error: index out of range"},
		{"a slice", func() { one.Slice(0, 9) }, "runtime error: slice bounds out of range"},
		{"a nil pointer", func() { reflect.ValueOf((*int)(nil)).Elem().Int() }, "runtime error: invalid memory address or nil pointer dereference"},
		{"a nil function", func() { reflect.ValueOf((func())(nil)).Call(nil) }, "runtime error: invalid memory address or nil pointer dereference"},
		{"a nil map", func() { reflect.ValueOf(map[int]int(nil)).SetMapIndex(reflect.ValueOf(1), reflect.ValueOf(1)) }, "assignment to entry in nil map"},
		{"a negative length", func() { reflect.MakeSlice(one.Type(), -1, 1) }, "runtime error: makeslice: len out of range"},
		{"a huge length", func() { reflect.MakeSlice(one.Type(), 1<<62, 1<<62) }, "runtime error: makeslice: len out of range"},
		{"a checked index", func() { index(5, 1) }, "runtime error: index out of range [5] with length 1"},
		{"checked bounds", func() { low(2, 1, 3, "capacity") }, "runtime error: slice bounds out of range [2:1]"},
		{"a capacity", func() { size(1, 0) }, "runtime error: makeslice: cap out of range"},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer func() {
				err, ok := Translate(recover()).(runtime.Error)
				if !ok || err.Error() != c.want {
					t.Errorf("got %v, want the runtime.Error %s", err, c.want)
				}
			}()
			c.f()
		})
	}
	if got := Translate(io.EOF); got != any(io.EOF) {
		t.Errorf("a value of the user's became %v", got)
	}
}

// TestScope runs deferred calls in order, recovers, and says so.
func TestScope(t *testing.T) {
	t.Parallel()
	r := registry()
	recovered := 0
	r.Recovered(func() { recovered++ })
	var seen []string
	r.scope(func(d *Defers) {
		d.Push(func() { seen = append(seen, fmt.Sprint("first ", d.Recover())) })
		d.Push(func() { seen = append(seen, fmt.Sprint("second ", d.Recover())) })
		panic("p")
	})
	if got := strings.Join(seen, ", "); got != "second p, first <nil>" || recovered != 1 {
		t.Errorf("deferred calls saw %s, %d recovered", got, recovered)
	}
	defer func() {
		if p := recover(); p != "again" {
			t.Errorf("the scope panics with %v, want what nobody recovered", p)
		}
	}()
	r.scope(func(d *Defers) {
		d.Push(func() { panic("again") })
		panic("once")
	})
}

// TestErrorsAs finds an error of a session's type in a chain.
func TestErrorsAs(t *testing.T) {
	t.Parallel()
	r := registry()
	var err error
	r.to(r.box("*Lost", &lost{"it"}), "error", &err)
	var target *lost
	if !r.as(fmt.Errorf("wrapped: %w", err), "*Lost", &target) || target.Of != "it" {
		t.Errorf("got %v", target)
	}
	if r.as(io.EOF, "*Lost", &target) {
		t.Error("io.EOF is no *Lost")
	}
}
