package native

import (
	"context"
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// cell is a source with its imports read from it.
func cell(path, text string) Source {
	return Source{Path: path, Text: []byte(text), Imports: importsOf([]byte(text))}
}

// build builds sources in order and fails the test if it cannot.
func build(t testing.TB, b *Builder, sources ...Source) (all []*Built) {
	t.Helper()
	for _, s := range sources {
		built, err := b.Build(context.Background(), s)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, built)
	}
	return all
}

// opened is what plugins print when a host opens them, one after the other.
func opened(t testing.TB, h *Host, plugins ...*Built) string {
	t.Helper()
	args := []string{"try"}
	for _, p := range plugins {
		for _, file := range append(p.Bundles, p) {
			if !slices.Contains(args, file.File) {
				args = append(args, file.File)
			}
		}
	}
	cmd := exec.Command(h.Program, args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr // the runtime prints there when a plugin has broken it
	out, err := cmd.Output()
	if cmd.ProcessState.ExitCode() != 1 || stderr.Len() > 0 {
		t.Fatalf("%v\n%s%s", err, out, stderr.String())
	}
	var printed []string
	for line := range strings.Lines(string(out)) {
		if !strings.Contains(line, pluginName) { // what try says of each file
			printed = append(printed, line)
		}
	}
	return strings.Join(printed, "")
}

// Cells share variables and types with earlier ones, and the host's packages with the host.
func TestLaterPackagesImportEarlierOnes(t *testing.T) {
	t.Parallel()
	h := prepared(t)
	b := NewBuilder(h, t.TempDir())
	defer b.Close()
	plugins := build(t, b,
		cell("parago/cells/a", `package main
import "fmt"
type Point struct{ X, y int }
func (p Point) String() string { return fmt.Sprint("<", p.X, p.y, ">") }
func New(x int) any { return Point{x, x + 1} }
var N = 3
func init() { fmt.Printf("%T %v %d\n", New(1), New(1), N); N++ }
func main() {}
`),
		cell("parago/cells/b", `package main
import ("fmt"; a "parago/cells/a")
func init() {
	_, same := a.New(2).(a.Point)
	fmt.Println(same, a.N, a.New(2))
	a.N = 40
}
func main() {}
`),
		cell("parago/cells/c", `package main
import ("fmt"; "slices"; "strings"; a "parago/cells/a"; _ "parago/cells/b"; "github.com/parago/parago/procpool")
func init() {
	ps := []a.Point{{X: 3}, {X: 1}}
	slices.SortFunc(ps, func(p, q a.Point) int { return p.X - q.X })
	fmt.Println(ps, a.N, strings.ToUpper("done"), procpool.CPUCount() > 0)
}
func main() {}
`))
	want := "main.Point <1 2> 3\ntrue 4 <2 3>\n[<1 0> <3 0>] 40 DONE true\n"
	if got := opened(t, h, plugins...); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if thinArch() && (h.thin == nil || stat(t, plugins[2].File).Size() > 200_000) {
		t.Errorf("%s has %d bytes: it holds more than its own package", plugins[2].File, stat(t, plugins[2].File).Size())
	}
	if got := plugins[2].Imports; strings.Join(got, " ") != "parago/cells/a parago/cells/b" {
		t.Errorf("imports %q", got)
	}
}

// Instances of generic functions call the compiler's methods of interfaces, which only the
// package of the interface has.
func TestInstancesOfInterfaces(t *testing.T) {
	t.Parallel()
	h := *prepared(t)
	h.thick = func(path string, why error) { t.Errorf("%s is linked in full: %v", path, why) }
	b := NewBuilder(&h, t.TempDir())
	defer b.Close()
	plugins := build(t, b,
		cell("parago/cells/a", `package main
import "fmt"
type Shape interface { Area() int; fmt.Stringer }
type Square struct { Side int }
func (s Square) Area() int { return s.Side * s.Side }
func (s Square) String() string { return fmt.Sprint("square ", s.Side) }
func Text[T fmt.Stringer](x T) string { return x.String() }
func Area[T Shape](x T) int { return x.Area() }
func init() {
	var s Shape = Square{4}
	fmt.Println(Text(Square{2}), Text[fmt.Stringer](Square{3}), Text(s), Area(s))
}
func main() {}
`),
		cell("parago/cells/b", `package main
import ("fmt"; "hash"; "hash/fnv"; "sort"; a "parago/cells/a")
func size[T hash.Hash](h T) int { return h.Size() }
func length[T sort.Interface](x T) int { return x.Len() }
func text[T interface { error; comparable }](x T) string { return x.Error() }
func init() {
	fmt.Println(a.Text[fmt.Stringer](a.Square{5}), length[sort.Interface](sort.IntSlice{1, 2}), size[hash.Hash](fnv.New32()), text[error](fmt.Errorf("bad")))
}
func main() {}
`))
	want := "square 2 square 3 square 4 16\nsquare 5 2 4 bad\n"
	if got := opened(t, &h, plugins...); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// Packages with C in them are linked too, and every package that cells can import.
func TestStandardLibrary(t *testing.T) {
	t.Parallel()
	h := prepared(t)
	b := NewBuilder(h, t.TempDir())
	defer b.Close()
	plugins := build(t, b,
		cell("parago/cells/http", `package main
import ("fmt"; "net"; "net/http"; "net/http/httptest"; "os/user"; "io")
func init() {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "served ", r.URL.Path) }))
	defer s.Close()
	r, err := http.Get(s.URL + "/x")
	if err != nil { panic(err) }
	text, _ := io.ReadAll(r.Body)
	_, err = user.Current()
	fmt.Println(string(text), err, net.ParseIP("::1"))
}
func main() {}
`))
	if got, want := opened(t, h, plugins...), "served /x <nil> ::1\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	var all strings.Builder
	all.WriteString("package main\nimport \"fmt\"\n")
	std, err := h.toolchain.standard(t.Context(), h.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range public(std) {
		if path != "runtime/cgo" && !slices.Contains(unhosted, path) {
			all.WriteString("import _ \"" + path + "\"\n")
		}
	}
	all.WriteString("func init() { fmt.Println(\"all\") }\nfunc main() {}\n")
	if got := opened(t, h, build(t, b, cell("parago/cells/all", all.String()))...); got != "all\n" {
		t.Errorf("got %s", got)
	}
}

// A cell of a few lines takes little room on disk, and two parts of memory in each process.
func TestPluginsAreSmall(t *testing.T) {
	t.Parallel()
	h := prepared(t)
	if h.thin == nil {
		t.Skip("plugins are not thin here")
	}
	b := NewBuilder(h, t.TempDir())
	defer b.Close()
	built := build(t, b, cell("parago/cells/a", `package main
import ("fmt"; "github.com/parago/parago/interp/runner/rt")
func F(n int) (sum int) { for i := range n { rt.Check(); sum += i }; return sum }
func init() { rt.Register(&rt.Package{Path: "parago/cells/a"}); fmt.Println(F(3)) }
func main() {}
`))[0]
	if size := folderSize(filepath.Dir(built.File)); size > 60_000 {
		t.Errorf("it takes %d bytes", size)
	}
	f, err := elf.Open(built.File)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	parts := 0
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD {
			parts++
		}
	}
	if parts > 2 {
		t.Errorf("it has %d parts", parts)
	}
}

func TestBuiltOnce(t *testing.T) {
	t.Parallel()
	h := prepared(t)
	dir := t.TempDir()
	first := NewBuilder(h, dir)
	defer first.Close()
	a := cell("parago/cells/a", "package main\nfunc F() int { return 7 }\nfunc main() {}\n")
	c := cell("parago/cells/c", "package main\nimport a \"parago/cells/a\"\nfunc init() { println(a.F()) }\nfunc main() {}\n")
	was := build(t, first, a, c)
	info := stat(t, was[1].File)
	build(t, first, a, c)

	// Another builder finds the packages in the cache, also those that only others import.
	second := NewBuilder(h, dir)
	defer second.Close()
	c.Text = []byte("this is not looked at")
	now := build(t, second, c)
	if now[0].File != was[1].File || !os.SameFile(info, stat(t, now[0].File)) || !info.ModTime().Equal(stat(t, now[0].File).ModTime()) {
		t.Errorf("%s is not %s any more", now[0].File, was[1].File)
	}
	d := cell("parago/cells/d", "package main\nimport (a \"parago/cells/a\"; _ \"parago/cells/c\")\nvar N = a.F()\nfunc main() {}\n")
	if got := build(t, second, d)[0].Imports; strings.Join(got, " ") != "parago/cells/a parago/cells/c" {
		t.Errorf("imports %q", got)
	}
	leftovers(t, dir)
}

func stat(t *testing.T, file string) os.FileInfo {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func leftovers(t *testing.T, dir string) {
	t.Helper()
	if left, _ := filepath.Glob(filepath.Join(dir, "*", ".building-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestUnknownImport(t *testing.T) {
	t.Parallel()
	b := NewBuilder(prepared(t), t.TempDir())
	defer b.Close()
	_, err := b.Build(context.Background(), cell("parago/cells/x", "package main\nimport _ \"example.com/x\"\nfunc main() {}\n"))
	if err == nil || !strings.Contains(err.Error(), "example.com/x") {
		t.Errorf("error %v", err)
	}
}

// Modules' packages are imported like the host's. Cells share them, also what the first
// cell does not need, and have no copies of them if they can do without.
func TestModulesPackages(t *testing.T) {
	t.Parallel()
	h := prepared(t)
	elsewhere := NewBuilder(h, t.TempDir())
	defer elsewhere.Close()
	m := build(t, elsewhere, cell("example.com/m.v2", `package main
import "strconv"
var count int
type T struct{ N int }
func (t *T) String() string { return "T" + strconv.Itoa(t.N) }
func (t *T) hidden() int { return 7 }
func New() any { return &T{3} }
func Hidden(x any) int { return x.(interface{ hidden() int }).hidden() }
func Count() int { count++; return count }
func main() {}
`), cell("example.com/n", "package main\nimport m \"example.com/m.v2\"\nfunc N() int { return 10 * m.Count() }\nfunc main() {}\n"))
	modules := []Package{
		{Path: m[0].Path, Archive: whole(t, m[0]), Imports: []string{"strconv"}},
		{Path: m[1].Path, Archive: whole(t, m[1]), Imports: []string{"example.com/m.v2"}},
	}

	dir := t.TempDir()
	for _, again := range []string{"", " from the cache"} {
		b := NewBuilder(h, dir)
		defer b.Close()
		var plugins []*Built
		opens := map[string]bool{}
		for i, text := range []string{
			`import ("fmt"; m "example.com/m.v2"); var X = m.New(); func init() { fmt.Println(m.Count()) }`,
			`import ("fmt"; m "example.com/m.v2"; a "parago/cells/a"); func init() { fmt.Println(m.Count(), a.X, m.Hidden(a.X)) }`,
			`import ("fmt"; n "example.com/n"; _ "parago/cells/a"); func init() { fmt.Println(n.N()) }`,
		} {
			s := cell("parago/cells/"+string(rune('a'+i)), "package main\n"+text+"\nfunc main() {}\n")
			s.Packages = modules
			built := build(t, b, s)[0]
			for _, p := range append(built.Bundles, built) {
				if !opens[p.Path] {
					opens[p.Path] = true
					plugins = append(plugins, p)
				}
			}
		}
		if got := opened(t, h, plugins...); got != "1\n2 T3 7\n30\n" {
			t.Errorf("got%s\n%s", again, got)
		}
		if want := 5; h.thin != nil && len(plugins) != want {
			t.Errorf("%d plugins%s, want %d", len(plugins), again, want)
		}
	}
}

// whole is a built package's archive as the go command would make it.
func whole(t *testing.T, b *Built) string {
	t.Helper()
	packed := packedOf(filepath.Dir(b.Archive))
	if packed == "" {
		return b.Archive
	}
	file := filepath.Join(t.TempDir(), "whole.a")
	if err := unpack(packed, file); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestBuildEndsWithItsContext(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := NewBuilder(prepared(t), dir)
	defer b.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := b.Build(ctx, cell("parago/cells/x", "package main\nfunc main() {}\n")); err == nil {
		t.Error("built")
	}
	leftovers(t, dir)
}

// Plugins that are linked in full and others share what they share. A package that the host
// has not is in each plugin that imports it.
func TestPluginsInFull(t *testing.T) {
	t.Parallel()
	h := prepared(t)
	dir := t.TempDir()
	full := *h
	full.thin = nil
	first, second, third := NewBuilder(&full, dir), NewBuilder(h, dir), NewBuilder(&full, dir)
	defer first.Close()
	defer second.Close()
	defer third.Close()
	a := cell("parago/cells/a", `package main
import ("fmt"; "time"; _ "time/tzdata")
type Box struct { Items []any }
var Shared = map[string]*Box{"x": {}}
func init() { _, err := time.LoadLocation("Europe/Berlin"); fmt.Println("a", err) }
func main() {}
`)
	b := cell("parago/cells/b", `package main
import ("fmt"; _ "time/tzdata"; a "parago/cells/a")
func Put(x any) { a.Shared["x"].Items = append(a.Shared["x"].Items, x) }
func init() { Put(1); Put("two"); fmt.Println("b") }
func main() {}
`)
	c := cell("parago/cells/c", `package main
import ("fmt"; a "parago/cells/a"; b "parago/cells/b"; "runtime")
func init() { b.Put(&a.Box{}); runtime.GC(); fmt.Printf("c %d %T\n", len(a.Shared["x"].Items), a.Shared["x"].Items[2]) }
func main() {}
`)
	plugins := []*Built{build(t, first, a)[0], build(t, second, a, b)[1], build(t, third, c)[0]}
	if got, want := opened(t, h, plugins...), "a <nil>\nb\nc 3 *main.Box\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// A compiled package whose references the linker alone can follow is linked in full.
func TestPackagesOfOtherMaking(t *testing.T) {
	t.Parallel()
	h := *prepared(t)
	if h.thin == nil {
		t.Skip("plugins are not thin here")
	}
	work := t.TempDir()
	file, archive := filepath.Join(work, "m.go"), filepath.Join(work, "m.a")
	if err := os.WriteFile(file, []byte("package m\nimport \"strconv\"\nfunc F() string { return strconv.Itoa(5) }\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(work, "list")
	if err := os.WriteFile(list, config([]Package{h.packages["strconv"]}), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := h.tools(h.packages).run(context.Background(), work, "compile", "-p", "example.com/m", "-dynlink", "-pack", "-importcfg", list, "-o", archive, file); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var told []string
	h.thick = func(path string, why error) { told = append(told, path) }
	b := NewBuilder(&h, t.TempDir())
	defer b.Close()
	x := cell("parago/cells/x", "package main\nimport (\"fmt\"; m \"example.com/m\")\nfunc init() { fmt.Println(m.F()) }\nfunc main() {}\n")
	x.Packages = []Package{{Path: "example.com/m", Archive: archive, Imports: []string{"strconv"}}}
	if got := opened(t, &h, build(t, b, x)...); got != "5\n" || len(told) != 1 {
		t.Errorf("got %s, told %q", got, told)
	}
}

// The C compiler does the same work where it cannot be left out.
func TestPlainLinker(t *testing.T) {
	t.Parallel()
	plain := *prepared(t)
	plain.thin, plain.linker = nil, nil
	b := NewBuilder(&plain, t.TempDir())
	defer b.Close()
	one := build(t, b, cell("parago/cells/x", "package main\nimport \"fmt\"\nfunc init() { fmt.Println(\"plain\") }\nfunc main() {}\n"))
	if got := opened(t, &plain, one...); got != "plain\n" {
		t.Errorf("got %s", got)
	}
}

func BenchmarkBuild(b *testing.B) {
	h := prepared(b)
	thick, plain := *h, *h
	thick.thin = nil
	plain.thin, plain.linker = nil, nil
	for _, bench := range []struct {
		name string
		host *Host
		text string
	}{
		{"fmt", h, "import \"fmt\"\nfunc init() { fmt.Println(1) }\n"},
		{"procpool", h, "import \"fmt\"\nimport \"github.com/parago/parago/procpool\"\nfunc init() { fmt.Println(procpool.CPUCount()) }\n"},
		{"http", h, "import \"net/http\"\nfunc init() { println(http.StatusText(404)) }\n"},
		{"fmt, in full", &thick, "import \"fmt\"\nfunc init() { fmt.Println(1) }\n"},
		{"procpool, in full", &thick, "import \"fmt\"\nimport \"github.com/parago/parago/procpool\"\nfunc init() { fmt.Println(procpool.CPUCount()) }\n"},
		{"fmt, by the C compiler", &plain, "import \"fmt\"\nfunc init() { fmt.Println(1) }\n"},
		{"procpool, by the C compiler", &plain, "import \"fmt\"\nimport \"github.com/parago/parago/procpool\"\nfunc init() { fmt.Println(procpool.CPUCount()) }\n"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			builder := NewBuilder(bench.host, b.TempDir())
			defer builder.Close()
			for b.Loop() {
				build(b, builder, cell("parago/cells/"+time.Now().Format("150405.000000000"), "package main\n"+bench.text+"func main() {}\n"))
			}
		})
	}
}
