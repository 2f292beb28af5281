package object

import "testing"

func TestInMain(t *testing.T) {
	main := inMain("parago/cells/")
	for _, c := range []struct{ name, want string }{
		{"*main.Point", "*main.Point"},
		{"*main.List[parago/cells/0123.Point]", "*main.List[main.Point]"},
		{"map[string]main.Pair[parago/cells/01.A,*parago/cells/02.B]", "map[string]main.Pair[main.A,*main.B]"},
		{"main.F[other/parago/cellsx.T]", "main.F[other/parago/cellsx.T]"},
	} {
		if got := main(c.name); got != c.want {
			t.Errorf("%s became %s, want %s", c.name, got, c.want)
		}
	}
}

func TestRewriteName(t *testing.T) {
	main := inMain("parago/cells/")
	for _, c := range []struct{ data, want string }{
		{"\x01\x1e*main.F[parago/cells/0123.foo]", "\x01\x11*main.F[main.foo]"},
		{"\x02\x1e*main.F[parago/cells/0123.foo]tag", "\x02\x1e*main.F[parago/cells/0123.foo]tag"}, // something follows
		{"\x01\x7fshort", "\x01\x7fshort"},
		{"", ""},
	} {
		data := []byte(c.data)
		rewriteName(data, main)
		if want := c.want + string(make([]byte, len(c.data)-len(c.want))); string(data) != want {
			t.Errorf("%q became %q, want %q", c.data, data, want)
		}
	}
}

func TestCutPath(t *testing.T) {
	for _, c := range []struct{ data, want string }{
		{"\x00\x10parago/cells/012", "\x00\x04maingo/cells/012"},
		{"\x00\x0cencoding/gob", "\x00\x0cencoding/gob"},
		{"\x00\x7fparago/cells/012", "\x00\x7fparago/cells/012"},
		{"\x01\x10parago/cells/012", "\x01\x10parago/cells/012"},
		{"", ""},
	} {
		data := []byte(c.data)
		if cutPath(data, "parago/cells/"); string(data) != c.want {
			t.Errorf("%q became %q, want %q", c.data, data, c.want)
		}
	}
}
