package runner

import (
	"reflect"
	"testing"

	"github.com/parago/parago/interp/runner/wire"
)

func TestUnits(t *testing.T) {
	t.Parallel()
	for _, u := range []unit{
		{Package: &wire.Package{Path: "parago/cells/a", File: "/tmp/\xff/cell.so"}},
		{Package: &wire.Package{Path: "a", File: "b", Imports: []string{"c", "d"}, Effects: true}},
		{Files: map[string]string{"cell·1.go": "In[1]", "cell·2.go": "In[2]"}},
		{Files: map[string]string{}},
		{Native: "x۰2"},
		{Slot: "f", Home: "parago/cells/a"},
		{Slot: "f"},
		{Decl: &wire.Decl{Name: "f", Text: "func f() {}", Sites: map[string][]int{"g": {65537}}, Lines: [2]int{1, 2}}},
		{Var: &wire.Var{Name: "x", Text: "var x int"}},
	} {
		data, err := pack(u)
		if err != nil {
			t.Fatal(err)
		}
		got, err := unpack(data)
		if err != nil || !reflect.DeepEqual(got, u) {
			t.Errorf("%+v came back as %+v, %v", u, got, err)
		}
		for i := range data { // all of it counts
			if cut, err := unpack(data[:i]); err == nil && reflect.DeepEqual(cut, u) {
				t.Errorf("%q is read as all of %q", data[:i], data)
			}
		}
	}
	for _, hostile := range []string{"", "x", "p", "p\x01a", "f\x01a", "n", "n\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "s\x05a", "i\xff"} {
		if u, err := unpack([]byte(hostile)); err == nil {
			t.Errorf("%q is read as %+v", hostile, u)
		}
	}
}
