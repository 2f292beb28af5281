package interp_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/parago/parago/interp"
	"github.com/parago/parago/interp/toolchain/toolchaintest"
)

// A name that is removed means nothing any more, and may come to mean something else. What was
// declared with it goes on with what it meant.
func TestRemove(t *testing.T) {
	t.Parallel()
	for _, engine := range []interp.Engine{interp.Native, interp.Interp} {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			s := newSessionWith(t, interp.Options{Engine: engine, Toolchain: toolchaintest.Prepared(t)})
			mustEval(t, s, "import str \"strings\"\nconst n = 2\ntype T struct{ x int }\nfunc (t T) Double() int { return n * t.x }\nfunc inner() int { return 1 }\nfunc outer() int { return inner() + T{x: 3}.Double() }")
			mustEval(t, s, "v := T{x: 5}")
			var names []string
			for _, d := range s.Declared() {
				names = append(names, d.Kind+" "+d.Name)
			}
			if want := []string{"import str", "constant n", "type T", "method T.Double", "variable v", "function inner", "function outer"}; !slices.Equal(names, want) {
				t.Errorf("declared: %q, want %q", names, want)
			}
			if unknown := s.Remove("inner", "T", "nothing", "v", "n", "str"); !slices.Equal(unknown, []string{"nothing"}) {
				t.Errorf("unknown: %q", unknown)
			}
			for _, source := range []string{"inner()", "T{}", "v", "n", "str.ToUpper(``)"} {
				if _, err := eval(t, s, source); err == nil || !strings.Contains(err.Error(), "undefined") {
					t.Errorf("%s: %v", source, err)
				}
			}
			if got := mustEval(t, s, "outer()"); got != "7" {
				t.Errorf("outer() = %s", got)
			}
			mustEval(t, s, "func inner() string { return `another` }\nv := inner()\ntype T []int\nconst n = `n`")
			if got := mustEval(t, s, "fmt.Sprint(v, len(T{1, 2}), n, outer())"); got != "another2n7" {
				t.Errorf("got %s", got)
			}
		})
	}
}

// A session that is reset knows nothing, and is where it was.
func TestReset(t *testing.T) {
	t.Parallel()
	for _, engine := range []interp.Engine{interp.Native, interp.Interp} {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			s := newSessionWith(t, interp.Options{Engine: engine, Toolchain: toolchaintest.Prepared(t)})
			dir := t.TempDir()
			if err := s.Chdir(t.Context(), dir); err != nil {
				t.Fatal(err)
			}
			mustEval(t, s, "x := 1\nfunc f() int { return x }")
			pid := mustEval(t, s, "os.Getpid()")
			if err := s.Reset(); err != nil {
				t.Fatal(err)
			}
			if all := s.Declared(); len(all) > 0 {
				t.Errorf("declared: %v", all)
			}
			if _, err := eval(t, s, "f()"); err == nil || !strings.Contains(err.Error(), "undefined") {
				t.Errorf("f(): %v", err)
			}
			if again := mustEval(t, s, "os.Getpid()"); again == pid {
				t.Errorf("the process is %s again", again)
			}
			if got := mustEval(t, s, "wd, _ := os.Getwd()\nwd"); !strings.HasSuffix(got, dir) {
				t.Errorf("in %s, not %s", got, dir)
			}
		})
	}
}
