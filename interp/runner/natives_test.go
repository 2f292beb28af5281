package runner

import (
	"reflect"
	"strings"
	"testing"

	"github.com/parago/parago/interp/runner/rt"
	"github.com/parago/parago/interp/runner/wire"
)

func TestAProgramWithoutPluginsRefuses(t *testing.T) {
	t.Parallel()
	_, err := newNatives(nil, nil).load(&wire.Run{Packages: []wire.Package{{Path: "parago/cells/none"}}, Native: "parago/cells/none"})
	if err == nil || !strings.Contains(err.Error(), "no compiled cells") {
		t.Errorf("error %v", err)
	}
}

// TestStorage binds packages to the same variable. The second has a type of its own for
// it, as one that was compiled again has.
func TestStorage(t *testing.T) {
	t.Parallel()
	type before struct{ X, Y int }
	type after struct{ X, Y int }
	n := newNatives(nil, nil)
	var first *before
	var second *after
	if err := n.bind(&rt.Package{Vars: map[string]any{"p": &first}}); err != nil {
		t.Fatal(err)
	}
	first.X, first.Y = 1, 2
	if err := n.bind(&rt.Package{Vars: map[string]any{"p": &second}}); err != nil {
		t.Fatal(err)
	}
	second.X++
	if *first != (before{2, 2}) {
		t.Errorf("the variable is %v", *first)
	}
	v, ok := n.Variable("p")
	if !ok || v.Interface() != any(first) {
		t.Errorf("Variable: %v, %v", v, ok)
	}
	if got := n.Allocate("p", reflect.TypeFor[after]()).Interface(); got != any(second) {
		t.Errorf("Allocate: %v", got)
	}
	if n.bind(&rt.Package{Vars: map[string]any{"p": first}}) == nil {
		t.Error("a variable without a pointer to it was bound")
	}
}

// TestLatestDeclaration runs a cell again: its names mean what it declares.
func TestLatestDeclaration(t *testing.T) {
	t.Parallel()
	n := newNatives(nil, nil)
	one, two := &rt.Package{Path: "parago/cells/one", Funcs: []rt.Funcs{{Keys: "f", Values: []func() int{func() int { return 1 }}}}, Run: func() {}},
		&rt.Package{Path: "parago/cells/two", Funcs: []rt.Funcs{{Keys: "f", Values: []func() int{func() int { return 2 }}}}, Run: func() {}}
	n.opened[one.Path], n.opened[two.Path] = one, two
	for want, p := range []*rt.Package{one, two, one} {
		if _, err := n.load(&wire.Run{Native: p.Path}); err != nil {
			t.Fatal(err)
		}
		f, ok := n.Func("f")
		if got := f.Call(nil)[0].Int(); !ok || got != int64(want%2+1) {
			t.Errorf("f is that of cell %d", got)
		}
	}
}
