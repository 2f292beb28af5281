package host

import (
	"reflect"
	"testing"
)

func TestUnitCrosses(t *testing.T) {
	t.Parallel()
	for _, u := range []Unit{
		{},
		{Key: "package parago/cells/a", Version: 1, Data: []byte("pa")},
		{Key: "variable x", Version: 1<<64 - 1, Data: []byte{0}, Value: true},
		{Key: "file \xff"},
	} {
		data, err := u.GobEncode()
		if err != nil {
			t.Fatal(err)
		}
		var got Unit
		if err := got.GobDecode(data); err != nil || !reflect.DeepEqual(got, u) {
			t.Errorf("%+v came back as %+v, %v", u, got, err)
		}
	}
	for _, hostile := range []string{"", "\x01", "\x01\x02\x00", "\x01\x00\x05a", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "\x01\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"} {
		var u Unit
		if err := u.GobDecode([]byte(hostile)); err == nil {
			t.Errorf("%q is read as %+v", hostile, u)
		}
	}
}
