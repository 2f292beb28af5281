package native

import "testing"

// What plugins know of the types of their methods are places in their own memory. Nevertheless these types are those of the
// program and of the plugins before, if they have them.
func TestTypesOfMethods(t *testing.T) {
	t.Parallel()
	h := prepared(t)
	b := NewBuilder(h, t.TempDir())
	defer b.Close()
	one := cell("parago/cells/a", `package main
import ("fmt"; "reflect"; "strings")
type T struct{}
func (T) IsA(r rune) bool { return r == 'a' }
var Same any = func(t T) *T { return &t }
func init() {
	f, ok := reflect.ValueOf(T{}).Method(0).Interface().(func(rune) bool)
	fmt.Println("the program's", ok && strings.IndexFunc("ba", f) == 1)
}
func main() {}
`)
	two := cell("parago/cells/b", `package main
import ("fmt"; "reflect"; a "parago/cells/a")
type U struct{}
func (U) Same(t a.T) *a.T { return &t }
func init() {
	f := reflect.ValueOf(U{}).Method(0)
	_, ok := f.Interface().(func(a.T) *a.T)
	fmt.Println("another plugin's", ok, f.Type() == reflect.TypeOf(a.Same))
}
func main() {}
`)
	plugins := []*Built{build(t, b, one)[0], build(t, b, two)[0]}
	if got, want := opened(t, h, plugins...), "the program's true\nanother plugin's true true\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
