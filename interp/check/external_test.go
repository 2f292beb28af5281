package check_test

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parago/parago/interp/cell"
	"github.com/parago/parago/interp/check"
)

// compiled are packages from elsewhere: archives, by path.
type compiled struct {
	archives map[string]string
	broken   map[string]string // why there is no archive
	names    map[string]string
}

func (c compiled) Export(path string) (io.ReadCloser, error) {
	if why := c.broken[path]; why != "" {
		return nil, fmt.Errorf("%s", why)
	}
	if c.archives[path] == "" {
		return nil, fs.ErrNotExist
	}
	return os.Open(c.archives[path])
}

func (c compiled) Names() map[string]string { return c.names }

// add compiles a package that imports nothing.
func (c compiled) add(t *testing.T, path, text string) {
	t.Helper()
	dir := t.TempDir()
	file, archive := filepath.Join(dir, "p.go"), filepath.Join(dir, "p.a")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "tool", "compile", "-p", path, "-pack", "-o", archive, file).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	c.archives[path] = archive
}

func newCompiled(t *testing.T) compiled {
	c := compiled{map[string]string{}, map[string]string{"example.com/broken": "it does not compile"}, map[string]string{"example.com/go-shape": "shape", "example.com/strings": "strings"}}
	c.add(t, "example.com/go-shape", "package shape\ntype Point struct{ X, Y int }\nfunc (p Point) Area() int { return p.X * p.Y }\nfunc New(x, y int) Point { return Point{x, y} }\n")
	return c
}

func TestPackagesFromElsewhere(t *testing.T) {
	t.Parallel()
	s := check.NewScope(check.Options{External: newCompiled(t)})
	for i, c := range []struct{ source, want string }{
		{`import "example.com/go-shape"` + "\np := shape.New(2, 3)\np.Area()", ""},
		{"q := shape.Point{X: p.X}\nq == p", ""}, // imported by the cell before
		{"p.Nothing()", "p.Nothing undefined (type shape.Point has no field or method Nothing)"},
		{`import "example.com/broken"`, "it does not compile"},
		{`import "example.com/nowhere"`, "no package example.com/nowhere here"},
		{`import "fmtt"`, `did you mean "fmt"?`},
		{`strings.ToUpper("the library's own")`, ""},
	} {
		parsed, err := cell.Parse(i+1, c.source)
		if err != nil {
			t.Fatal(err)
		}
		u, err := s.Check(parsed)
		switch {
		case err == nil && c.want == "":
			s.Commit(u)
		case err == nil || c.want == "" || !strings.Contains(err.Error(), c.want):
			t.Errorf("%s: got %v, want %q", c.source, err, c.want)
		}
	}
	if got := s.Complete("shape.N", 7); len(got.Items) != 1 || got.Items[0].Type != "func(x int, y int) shape.Point" {
		t.Errorf("completion: %+v", got)
	}
	if got, ok := s.Inspect("shape.Point", 8, 0); !ok || got.Decl != "type shape.Point struct{X int; Y int}" {
		t.Errorf("inspection: %+v", got)
	}
}

func TestPackagesFromElsewhereByName(t *testing.T) {
	t.Parallel()
	s := check.NewScope(check.Options{External: newCompiled(t)})
	run(t, s, 1, "shape.New(1, 2).Area()")
	if got := s.Complete("shap", 4); len(got.Items) != 1 || got.Items[0].Type != "example.com/go-shape" {
		t.Errorf("completion of the name: %+v", got)
	}
	if got := s.Complete(`import "example.com/go`, 22); len(got.Items) != 1 || got.Items[0].Text != "example.com/go-shape" {
		t.Errorf("completion of the path: %+v", got)
	}
}

// External says what has to be compiled before a cell is checked.
func TestExternal(t *testing.T) {
	t.Parallel()
	s := check.NewScope(check.Options{External: newCompiled(t)})
	for _, c := range []struct{ source, want string }{
		{`import ("fmt"; "example.com/a"; b "example.com/c/d"; "unsafe")`, "example.com/a example.com/c/d"},
		{"shape.New(1, 2)", "example.com/go-shape"},
		{"shape := struct{ New int }{1}\nshape.New", ""},
		{"func shape() {}\nshape.New()", ""},
		{`strings.ToUpper("")`, ""},
		{"func f() { _ = shape.Point{} }", "example.com/go-shape"},
	} {
		parsed, err := cell.Parse(1, c.source)
		if err != nil {
			t.Fatal(err)
		}
		got := s.External(parsed)
		slices.Sort(got)
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %q, want %s", c.source, got, c.want)
		}
	}
}

// A package may change as long as nothing of the session is made of it.
func TestForget(t *testing.T) {
	t.Parallel()
	c := newCompiled(t)
	s := check.NewScope(check.Options{External: c})
	run(t, s, 1, `import "example.com/go-shape"`)
	c.add(t, "example.com/go-shape", "package shape\nfunc Fresh() int { return 1 }\n")
	s.Forget([]string{"example.com/go-shape"})
	run(t, s, 2, "shape.Fresh()")
}

// An import without a name is one for its effects.
func TestEffects(t *testing.T) {
	t.Parallel()
	s := check.NewScope(check.Options{External: newCompiled(t)})
	u := run(t, s, 1, `import (_ "example.com/go-shape"; _ "image/png")`)
	if strings.Join(u.Effects, " ") != "example.com/go-shape" {
		t.Errorf("got %q", u.Effects)
	}
}
