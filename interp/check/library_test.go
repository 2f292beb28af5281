package check_test

import (
	"archive/zip"
	"go/version"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"io/fs"

	"github.com/parago/parago/interp/cell"
	"github.com/parago/parago/interp/check"
)

// TestStandardLibraryIsThisToolchains fails when there is no archive of this minor version
// of Go, or it lacks a package: go generate makes it anew.
func TestStandardLibraryIsThisToolchains(t *testing.T) {
	t.Parallel()
	z := archive(t)
	have := map[string]bool{"unsafe": true}
	for _, f := range z.File {
		have[f.Name] = true
	}
	out, err := exec.Command("go", "list", "std").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range strings.Fields(string(out)) {
		if !strings.HasPrefix(p, "vendor/") && !strings.Contains("/"+p+"/", "/internal/") && !have[p] {
			t.Errorf("the archive of %s lacks %s: run go generate", z.Comment, p)
		}
	}
}

// archive is that of the Go which runs the test.
func archive(t *testing.T) *zip.ReadCloser {
	t.Helper()
	z, err := zip.OpenReader(filepath.Join("std", version.Lang(runtime.Version())+".zip"))
	if err != nil {
		t.Fatalf("%v: run go generate", err)
	}
	t.Cleanup(func() { z.Close() })
	return z
}

// TestEveryStandardPackageLoads imports all packages of the library into one session.
func TestEveryStandardPackageLoads(t *testing.T) {
	t.Parallel()
	s := check.NewScope(check.Options{})
	for _, f := range archive(t).File {
		imports(t, s, f.Name)
	}
}

func imports(t *testing.T, s *check.Scope, path string) {
	t.Helper()
	c, err := cell.Parse(1, "import _ \""+path+"\"")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Check(c); err != nil {
		t.Error(err)
	}
}

func TestSourcePackages(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{
		"a.go":           {Data: []byte("package tool\n\nimport \"fmt\"\n\nfunc Map[T, R any](xs []T, f func(T) R) (out []R) { for _, x := range xs { out = append(out, f(x)) }; return }\nfunc Show() { fmt.Println(hidden) }\n")},
		"b_windows.go":   {Data: []byte("package tool\n\nconst hidden = 1\n")},
		"b_linux.go":     {Data: []byte("package tool\n\nconst hidden = 2\n")},
		"b_darwin.go":    {Data: []byte("package tool\n\nconst hidden = 3\n")},
		"a_test.go":      {Data: []byte("package tool\n\nthis is no Go\n")},
		"internal/x.txt": {Data: []byte("x")},
		"inner/inner.go": {Data: []byte("package inner\n\ntype Error struct{ Path string }\n")},
		"c.go":           {Data: []byte("package tool\n\nimport \"example.org/some/tool/inner\"\n\ntype Error = inner.Error\n")},
	}
	const path = "example.org/some/tool"
	for _, src := range []string{
		"tool.Map([]int{1}, func(x int) string { return \"\" })",
		"import \"tool\"\ntool.Map([]int{1}, func(x int) string { return \"\" })",
		"import t \"" + path + "\"\nt.Map([]int{1}, func(x int) string { return \"\" })",
	} {
		s := check.NewScope(check.Options{Sources: map[string]fs.FS{path: files}})
		u := run(t, s, 1, src)
		if got := u.Info.Types[u.Result].Type.String(); got != "[]string" {
			t.Errorf("%s: result %s", src, got)
		}
		u = run(t, s, 2, "e := &tool.Error{Path: \"p\"}\ne.Path")
		if got := u.Info.Types[u.Result].Type.String(); got != "string" {
			t.Errorf("%s: a field of a type of an inner package is %s", src, got)
		}
		p, ok := s.Source(path)
		if !ok || p.Pkg.Path() != path || len(p.Files) != 3 {
			t.Errorf("%s: source package %+v", src, p)
		}
	}
}

func TestSourcePackageThatIsWrong(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"a.go": {Data: []byte("package tool\n\nvar X = missing\n")}}
	s := check.NewScope(check.Options{Sources: map[string]fs.FS{"example.org/tool": files}})
	c, err := cell.Parse(1, "tool.X")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Check(c); err == nil || !strings.Contains(err.Error(), "undefined: missing") {
		t.Errorf("want the package's own error, got %v", err)
	}
}

func TestUnknownImports(t *testing.T) {
	t.Parallel()
	s := check.NewScope(check.Options{})
	cases := map[string]string{
		`import "strngs"`:                   `did you mean "strings"?`,
		`import "internal/abi"`:             "use of internal package internal/abi not allowed",
		`import "github.com/some/thing"`:    "only the standard library can be imported",
		`import "completely/differentthin"`: "is not in std",
	}
	for src, want := range cases {
		c, err := cell.Parse(1, src)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Check(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: want %q, got %v", src, want, err)
		}
	}
}
