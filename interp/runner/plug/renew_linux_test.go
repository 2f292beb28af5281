//go:build cgo && (amd64 || arm64)

package plug

import (
	"reflect"
	"testing"
)

type before struct{ A int }
type after struct{ A, B int }

func TestAgain(t *testing.T) {
	t.Parallel()
	old, now := reflect.TypeFor[before](), reflect.TypeFor[after]()
	for _, c := range []struct{ is, want reflect.Type }{
		{old, now},
		{reflect.TypeFor[*before](), reflect.TypeFor[*after]()},
		{reflect.TypeFor[[]*before](), reflect.TypeFor[[]*after]()},
		{reflect.TypeFor[[3]before](), reflect.TypeFor[[3]after]()},
		{reflect.TypeFor[map[before][]before](), reflect.TypeFor[map[after][]after]()},
		{reflect.TypeFor[map[string]int](), reflect.TypeFor[map[string]int]()},
		{reflect.TypeFor[struct{ before }](), reflect.TypeFor[struct{ before }]()},
	} {
		if got := again(c.is, old, now); got != c.want {
			t.Errorf("%s is now %s, want %s", c.is, got, c.want)
		}
	}
}

func TestMentions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"main.T": true, "[]main.T": true, "map[string]main.T": true, "main.List[*main.T]": true, "struct { T main.T }": true,
		"main.Tree": false, "main.T2": false, "domain.T": false, "x/main.T": false, "main.List[int]": false, "": false,
	} {
		if got := mentions(text, "main.T"); got != want {
			t.Errorf("%q mentions main.T: %v", text, got)
		}
	}
}
