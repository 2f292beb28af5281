package interp_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parago/parago/interp"
	"github.com/parago/parago/interp/toolchain/toolchaintest"
)

// A moduleSession is one whose cells are compiled, in a folder of its own.
type moduleSession struct {
	*interp.Session
	t    *testing.T
	sink *recorder
	n    int
}

func newModuleSession(t *testing.T, env ...string) *moduleSession {
	t.Helper()
	m := &moduleSession{t: t, sink: &recorder{}}
	m.Session = newSessionWith(t, interp.Options{Sink: m.sink, Engine: interp.Native, Toolchain: toolchaintest.Prepared(t), Dir: t.TempDir(), Env: env})
	return m
}

// run runs a cell and returns what it says, and its outcome.
func (m *moduleSession) run(source string) (string, *interp.Result) {
	m.t.Helper()
	m.n++
	r, err := m.Eval(context.Background(), interp.Cell{N: m.n, Source: source, Origin: "cell"})
	return m.sink.take() + outcome(r, err), r
}

// want runs a cell whose output and outcome must contain something.
func (m *moduleSession) want(source, want string) {
	m.t.Helper()
	if got, _ := m.run(source); !strings.Contains(got, want) {
		m.t.Errorf("%s\ngot:\n%s\nwant: %s", source, got, want)
	}
}

// folder makes a module of files, NAME and text in turn.
func folder(t *testing.T, path string, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	files = append(files, "go.mod", "module "+path+"\n\ngo 1.24\n")
	for i := 0; i < len(files); i += 2 {
		if err := os.WriteFile(filepath.Join(dir, files[i]), []byte(files[i+1]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func (m *moduleSession) replace(module, by string) {
	m.t.Helper()
	if err := m.ReplaceModule(context.Background(), "cell", module, by); err != nil {
		m.t.Fatal(err)
	}
	m.sink.take()
}

// A module in a folder is that of cells and of workers, with its state, its types, its
// methods, and what is not needed by the first cell that uses it.
func TestAModuleInAFolder(t *testing.T) {
	t.Parallel()
	var table strings.Builder
	for i := range 40 {
		fmt.Fprintf(&table, "\t\"n%d\": %d,\n", i, i)
	}
	dir := folder(t, "example.com/counter",
		"counter.go", `package counter

import "fmt"

type T struct{ N int; name string }

func New(n int) *T { return &T{n, "t"} }

func (t *T) String() string { return fmt.Sprint(t.name, t.N) }

func (t *T) later() string { return "later " + t.String() }

type later interface{ later() string }

// Later needs methods that nobody outside can name.
func Later(x any) string { return x.(later).later() }

var count int

func Count() int { count++; return count }

func Square(n int) int { return n * n }
`, "table.go", "package counter\n\nvar table = map[string]int{\n"+table.String()+"}\n\nfunc Look(name string) int { return table[name] }\n")
	m := newModuleSession(t)
	m.replace("example.com/counter", dir)
	m.want(`import "example.com/counter"`+"\ncounter.Count()", "added example.com/counter => "+dir+"\n= 1")
	m.want("counter.Count()", "= 2")
	m.want("for range 3 { counter.Count() }\ncounter.Look(\"n39\")", "= 39")
	m.want("c := counter.New(counter.Count())\nc", "= t6")
	m.want("counter.Later(c)", "= later t6")
	m.want("procpool.Map(nil, counter.Square, []int{2, 3})", "= [4 9]")
	m.want("func look(n int) string { return fmt.Sprint(counter.Look(fmt.Sprint(\"n\", n)), \" \", counter.Later(counter.New(n))) }\nprocpool.Map(nil, look, []int{1, 2})", "= [1 later t1 2 later t2]")
	m.want("func made(n int) *counter.T { return counter.New(n) }\nts, _ := procpool.Map(nil, made, []int{7})\nts[0]", "= t7")
	m.want("type wrapped struct{ *counter.T }\nfmt.Sprintf(\"%v %T\", wrapped{c}, c)", "= t6 *counter.T")
	m.want("counter.Nothing", "undefined: counter.Nothing")
	if got := m.Complete("counter.Squ", 11); len(got.Matches) != 1 || got.Matches[0].Type != "func(n int) int" {
		t.Errorf("completion: %+v", got)
	}
	if got, ok := m.Inspect("counter.Square", 10, 0); !ok || got["text/plain"] != "func counter.Square(n int) int" {
		t.Errorf("inspection: %+v", got)
	}

	// Another folder for the module is for another process.
	other := folder(t, "example.com/counter", "counter.go", "package counter\n\nfunc Count() int { return -1 }\n")
	err := m.ReplaceModule(context.Background(), "cell", "example.com/counter", other)
	if err == nil || !strings.Contains(err.Error(), "restart the kernel") {
		t.Errorf("replaced while it is used: %v", err)
	}
	for _, e := range []interp.Engine{interp.Interp, interp.Native} {
		if _, err := m.SetEngine(e); err != nil {
			t.Fatal(err)
		}
	}
	m.replace("example.com/counter", other)
	m.want(`import "example.com/counter"`+"\ncounter.Count()", "= -1")
}

// C and C++ are linked with cells, and work in workers.
func TestModulesWithC(t *testing.T) {
	t.Parallel()
	c := folder(t, "example.com/c", "c.go", "package c\n\n// #include <math.h>\n// #cgo LDFLAGS: -lm\n// static double root(double x) { return sqrt(x); }\nimport \"C\"\n\nfunc Root(x float64) float64 { return float64(C.root(C.double(x))) }\n")
	m := newModuleSession(t)
	m.replace("example.com/c", c)
	m.want(`import "example.com/c"`+"\nc.Root(49)", "= 7")
	m.want("procpool.Map(nil, c.Root, []float64{4, 9})", "= [2 3]")
	if _, err := exec.LookPath("g++"); err != nil {
		t.Skip("no C++ compiler: ", err)
	}
	cxx := folder(t, "example.com/cxx",
		"cxx.go", "package cxx\n\n// int length(int n);\nimport \"C\"\n\nfunc Length(n int) int { return int(C.length(C.int(n))) }\n",
		"length.cpp", "#include <string>\n#include <stdexcept>\nextern \"C\" int length(int n) {\n\ttry { if (n < 0) throw std::runtime_error(\"negative\"); return std::string(n, 'x').size(); }\n\tcatch (const std::exception &e) { return -1; }\n}\n")
	m.replace("example.com/cxx", cxx)
	m.want(`import "example.com/cxx"`+"\ncxx.Length(5) + cxx.Length(-5)", "= 4")
	m.want("procpool.Map(nil, cxx.Length, []int{1, -1})", "= [1 -1]")
}

// A package that is imported for its effects alone has them in workers too, also for
// functions that were compiled before.
func TestAnImportForItsEffects(t *testing.T) {
	t.Parallel()
	dir := folder(t, "example.com/driver", "driver.go", "package driver\n\nimport \"os\"\n\nfunc init() { os.Setenv(\"PARAGO_DRIVER\", \"loaded\") }\n")
	m := newModuleSession(t)
	m.replace("example.com/driver", dir)
	m.want("func loaded(int) string { return os.Getenv(\"PARAGO_DRIVER\") }\nfor range 1 { fmt.Printf(\"%q\", loaded(0)) }", `""`)
	m.want(`import _ "example.com/driver"`, "added example.com/driver")
	m.want("loaded(0)", "= loaded")
	m.want("procpool.Map(nil, loaded, []int{1})", "= [loaded]")
	m.want("syscall.Kill(os.Getpid(), syscall.SIGKILL)\ntime.Sleep(time.Hour)", "SessionDied")
	m.want("loaded(0)", "= loaded")
}

// While the go command waits for the network, the session answers, and can be interrupted.
func TestFetchingCanBeInterrupted(t *testing.T) {
	t.Parallel()
	asked, ended := make(chan bool, 100), make(chan bool, 100)
	proxy := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- true
		<-r.Context().Done()
		ended <- true
	}))
	defer proxy.Close()
	m := newModuleSession(t, "GOPROXY="+proxy.URL, "GONOPROXY=", "GOPRIVATE=", "GOFLAGS=")
	m.want("x := 1", ".")
	done := make(chan string)
	go func() {
		text, _ := m.run(`import "example.com/slow"`)
		done <- text
	}()
	<-asked
	if got := m.Complete("x.", 1); len(got.Matches) == 0 {
		t.Error("no completion")
	}
	m.Interrupt()
	if got := <-done; !strings.Contains(got, "! Interrupted") {
		t.Errorf("got %s", got)
	}
	<-ended
	m.want("x", "= 1")

	go func() {
		text, _ := m.run(`import "example.com/slow"`)
		done <- text
	}()
	<-asked
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	if got := <-done; !strings.HasPrefix(got, "! ") {
		t.Errorf("got %s", got)
	}
	<-ended
}

// Without compiled cells there are no modules, and the error says how to get some.
func TestModulesWithoutCompiledCells(t *testing.T) {
	t.Parallel()
	s := newSessionWith(t, interp.Options{Missing: errors.New("there is no go command (install Go)")})
	_, err := eval(t, s, `import "example.com/m"`)
	if err == nil || !strings.Contains(err.Error(), "only compiled cells can import those: there is no go command (install Go)") {
		t.Errorf("got %v", err)
	}
	if err := s.GetModules(context.Background(), "cell", "example.com/m"); err == nil || !strings.Contains(err.Error(), "install Go") {
		t.Errorf("got %v", err)
	}
	s = newSessionWith(t, interp.Options{Engine: interp.Interp, Toolchain: &toolchain{ready: true}})
	_, err = eval(t, s, `import "example.com/m"`)
	if err == nil || !strings.Contains(err.Error(), "%engine native") {
		t.Errorf("got %v", err)
	}
}

// TestModulesOfTheNet needs the network, or a module cache that has these modules. The
// first time takes a minute, as they are compiled.
func TestModulesOfTheNet(t *testing.T) {
	if testing.Short() {
		t.Skip("fetches and compiles large modules")
	}
	m := newModuleSession(t)
	first, _ := m.run("import \"github.com/google/uuid\"\nuuid.NewSHA1(uuid.NameSpaceURL, []byte(\"parago\")).Version()")
	if strings.Contains(first, "cannot be fetched") && os.Getenv("CI") == "" {
		t.Skip(first)
	}
	if !strings.HasPrefix(first, "added github.com/google/uuid v1.") || !strings.HasSuffix(first, "= VERSION_5\n") {
		t.Fatalf("got:\n%s", first)
	}
	m.want("func id(n int) string { return uuid.NewSHA1(uuid.NameSpaceURL, []byte{byte(n)}).String() }\nids, err := procpool.Map(nil, id, []int{1, 2})\nlen(ids[0]) + len(ids[1])", "= 72")

	m.want("import \"gonum.org/v1/gonum/stat\"\nstat.Mean([]float64{1, 2, 3, 6}, nil)", "= 3")
	m.want("import \"gonum.org/v1/gonum/mat\"\nA := mat.NewDense(2, 2, []float64{3, 0, 0, 5})\nmat.Trace(A)", "= 8")
	m.want("procpool.Map(nil, func(m *mat.Dense) float64 { return mat.Trace(m) }, []*mat.Dense{A, mat.NewDense(1, 1, []float64{7})})", "= [8 7]")
	m.want("procpool.Map(nil, func(xs []float64) float64 { return stat.Variance(xs, nil) }, [][]float64{{1, 2, 3}, {4, 5, 9}})", "= [1 7]")
	m.want("floats.Sum([]float64{1, 2})", "= 3") // of a module that the session has: no import needed

	m.want(`import ("gonum.org/v1/plot"; "gonum.org/v1/plot/plotter"; "gonum.org/v1/plot/vg")

func draw(n int) []byte {
	p := plot.New()
	p.Title.Text = "squares"
	points := make(plotter.XYs, n)
	for i := range points {
		points[i].X, points[i].Y = float64(i), float64(i*i)
	}
	line, err := plotter.NewLine(points)
	if err != nil {
		panic(err)
	}
	p.Add(line)
	image, err := p.WriterTo(4*vg.Inch, 3*vg.Inch, "png")
	if err != nil {
		panic(err)
	}
	var b bytes.Buffer
	image.WriteTo(&b)
	return b.Bytes()
}`, ".")
	_, r := m.run("display.PNG(draw(10))")
	isPNG(t, r)
	m.want("both, err := procpool.Map(nil, draw, []int{5, 6})\nlen(both)", "= 2")
	_, r = m.run("display.PNG(both[1])")
	isPNG(t, r)

	m.want("import \"github.com/mattn/go-pointer\"\npointer.Restore(pointer.Save(42))", "= 42") // it has C in it
	m.want("procpool.Map(nil, func(n int) int { return pointer.Restore(pointer.Save(n)).(int) }, []int{1, 2})", "= [1 2]")
}

// isPNG checks that a result is an image in the form that front-ends show.
func isPNG(t *testing.T, r *interp.Result) {
	t.Helper()
	if r == nil {
		t.Error("no result")
		return
	}
	text, _ := r.Data["image/png"].(string)
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Error(err)
		return
	}
	if image, err := png.Decode(bytes.NewReader(data)); err != nil || image.Bounds().Dx() < 300 {
		t.Errorf("%v, %d bytes", err, len(data))
	}
}

// A module may use pools, those that cells have, for functions that cells give it. Its own
// functions have nobody who would tell other processes of them.
func TestAModuleThatUsesPools(t *testing.T) {
	t.Parallel()
	dir := folder(t, "example.com/pooled", "pooled.go", `package pooled

import "github.com/parago/parago/procpool"

func Each(p *procpool.Pool, f func(int) int, xs []int) ([]int, error) { return procpool.Map(p, f, xs) }

func double(n int) int { return 2 * n }

func Doubles(xs []int) ([]int, error) { return procpool.Map(nil, double, xs) }
`)
	m := newModuleSession(t)
	m.replace("example.com/pooled", dir)
	m.want(`import "example.com/pooled"`+"\nfunc square(n int) int { return n * n }\npooled.Each(nil, square, []int{2, 3})", "= [4 9]")
	m.want("pooled.Doubles([]int{2, 3})", "pooled.double in a variable cannot cross")
}
