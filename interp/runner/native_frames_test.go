package runner

import "testing"

func TestNativeNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ full, want string }{
		{"parago/cells/0123.Ⲡsquare", "square"},
		{"parago/cells/0123.Ⲡsquare۰2", "square"},
		{"parago/cells/0123.Square", "Square"},
		{"parago/cells/0123.Ⲡ۰run", "cell"},
		{"parago/cells/0123.Ⲡ۰run.func1", "func literal"},
		{"parago/cells/0123.Ⲡ۰run.func1.2", "func literal"},
		{"parago/cells/0123.Ⲡ۰run-range1", "cell"},
		{"parago/cells/0123.Ⲡ۰run.gowrap1", "cell"},
		{"parago/cells/0123.Ⲡsquare.func1.1", "func literal"},
		{"parago/cells/0123.Ⲡfunc۰1", "func literal"},
		{"parago/cells/0123.(*Ⲡlit۰1).Call", "func literal"},
		{"main.main.func1", "func literal"},
		{"main.main.func7.1", "func literal"},
		{"main.main.func7.1.func2", "func literal"},
		{"parago/cells/0123.Ⲡmapped[...]", "mapped"},
		{"parago/cells/0123.(*Point).Ⲡarea", "(*Point).area"},
		{"parago/cells/0123.Point.Area", "Point.Area"},
		{"parago/cells/0123.(*List[...]).Ⲡpush", "(*List[...]).push"},
		{"parago/cells/0123.Ⲡmain", "main"},
		{"main.square", "square"},
		{"main.main", "cell"},
		{"main.main-range1", "cell"},
		{"main.main.func1.2", "func literal"},
		{"main.(*List[...]).push", "(*List[...]).push"},
	} {
		if got := nativeName(c.full); got != c.want {
			t.Errorf("%s is %q, want %q", c.full, got, c.want)
		}
	}
	const text = "interface conversion: parago/cells/0123.shape is not main.T: missing method Ⲡarea"
	if got, want := nativePlain(text), "interface conversion: main.shape is not main.T: missing method area"; got != want {
		t.Errorf("%q", got)
	}
}
