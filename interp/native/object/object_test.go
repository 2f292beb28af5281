package object

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// tool runs one of the toolchain's in a folder.
func tool(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("go", append([]string{"tool"}, args...)...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go tool %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// compiled is an archive of a package p, with an object of the assembler's.
func compiled(t *testing.T, flags ...string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "p.go", `package p
type Point struct{ x, y int }
func (p *Point) Add(n int) { p.x += n }
type Adder interface{ Add(n int) }
func Twice[T Adder](x T) { x.Add(1); x.Add(1) }
func twice(p *Point, a Adder) { Twice(p); Twice(a) }
func helper(n int) []int { return append(Numbers, n) }
var Numbers = []int{1}
var Text = func() string { return "x" }()
func Grow() []int { return helper(2) }
`)
	write(t, dir, "p.s", "TEXT p·low(SB), 4, $0-0\n\tRET\n")
	tool(t, dir, append([]string{"compile", "-p", "p", "-complete", "-pack", "-dwarf=false", "-o", "p.a"}, append(flags, "p.go")...)...)
	tool(t, dir, "asm", "-p", "p", "-o", "p.o", "p.s")
	archive, err := os.ReadFile(filepath.Join(dir, "p.a"))
	if err != nil {
		t.Fatal(err)
	}
	object, err := os.ReadFile(filepath.Join(dir, "p.o"))
	if err != nil {
		t.Fatal(err)
	}
	return write(t, dir, "all.a", string(Append(archive, "p.o", object)))
}

func needsAMD64(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		t.Skip("for Linux on amd64 only")
	}
}

func TestReferencesAndDefinitions(t *testing.T) {
	t.Parallel()
	needsAMD64(t)
	file := compiled(t, "-dynlink", "-linkshared")
	defs, err := Definitions(file, "p")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []Ref{{"p.Grow", ABIInternal}, {"p.helper", ABIInternal}, {"p.Numbers", 0}, {"p.(*Point).Add", ABIInternal}, {"p.Adder.Add", ABIInternal}, {"p.low", ABI0}, {"type:p.Point", 0}} {
		if !slices.Contains(defs, want) {
			t.Errorf("%v is not among the definitions %v", want, defs)
		}
	}
	for _, d := range defs {
		if !strings.Contains(d.Name, "p.") || strings.Contains(d.Name, "[") {
			t.Errorf("%v is not p's alone", d)
		}
	}
	refs, imports, err := References(file)
	if err != nil || len(imports) > 0 {
		t.Fatal(imports, err)
	}
	if !slices.ContainsFunc(refs, func(r Ref) bool { return strings.HasPrefix(r.Name, "runtime.growslice") && r.ABI == ABIInternal }) {
		t.Errorf("no growslice in %v", refs)
	}
}

// What is compiled in another way, or is no object, is refused.
func TestOtherFormats(t *testing.T) {
	t.Parallel()
	file := write(t, t.TempDir(), "x.a", archiveMagic+"nonsense")
	if _, _, err := References(file); !errors.Is(err, errFormat) {
		t.Errorf("error %v", err)
	}
	if _, err := Definitions(file, "x"); !errors.Is(err, errFormat) {
		t.Errorf("error %v", err)
	}
	if _, err := Keep([]byte("nonsense"), nil); !errors.Is(err, errFormat) {
		t.Errorf("error %v", err)
	}
	if _, err := OpenIndex(write(t, t.TempDir(), "index", "\xff\xff\xff\xff"), file); err == nil {
		t.Error("an index that is cut off is opened")
	}
}

func TestKeep(t *testing.T) {
	t.Parallel()
	needsAMD64(t)
	dir := t.TempDir()
	write(t, dir, "k.s", "DATA main·keep(SB)/8, $runtime·addmoduledata(SB)\nGLOBL main·keep(SB), 16, $8\n")
	tool(t, dir, "asm", "-p", "main", "-o", "k.o", "k.s")
	template, err := os.ReadFile(filepath.Join(dir, "k.o"))
	if err != nil {
		t.Fatal(err)
	}
	want := []Ref{{"a.(*B).C", ABIInternal}, {"d.e", ABI0}, {"type:[3]f.G", 0}}
	kept, err := Keep(template, want)
	if err != nil {
		t.Fatal(err)
	}
	file := write(t, dir, "k.a", string(Append([]byte(archiveMagic), "k.o", kept)))
	refs, _, err := References(file)
	if err != nil || !slices.Equal(refs, want) {
		t.Errorf("got %v, %v", refs, err)
	}
	defs, err := Definitions(file, "main")
	if err != nil || !slices.Equal(defs, []Ref{{"main.keep", 0}}) {
		t.Errorf("got %v, %v", defs, err)
	}
	o, err := parseObject(kept)
	if err != nil || o.offset(blockData+1)-o.offset(blockData) != 24 {
		t.Errorf("%v, want room for three pointers", err)
	}
	if made, err := parseObject(template); err != nil || made.data[objFlagsAt]^o.data[objFlagsAt] != flagFromAssembly {
		t.Errorf("%v, flags %x, of the assembler's object %x", err, o.data[objFlagsAt], made.data[objFlagsAt])
	}
}

func TestMangle(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"fmt.Println":     "fmt.Println",
		"type:int":        "type:int",
		"type:runtime._x": "type:runtime._x",
		"go:string.\"@\"": "go:string.\"@\"",
	} {
		if got := mangle(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	for _, name := range []string{"type:*strings.Builder", "type:.eq.strings.Builder", "x.F[go.shape.string@1]"} {
		got := mangle(name)
		if len(got) > len(name) && !strings.Contains(name, "@") || got == name || got != mangle(name) {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

func TestLibraryIsRead(t *testing.T) {
	t.Parallel()
	needsAMD64(t)
	lib := NewLibrary([]Ref{{"no.such", 0}})
	lib.Invent("a.B", 1, []byte("data"))
	file := write(t, t.TempDir(), "lib.so", string(lib.Bytes()))
	read, err := OpenPlugin(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	s, ok := read.find("a.B")
	if data, readable := read.read(s.value, s.size); !ok || !readable || !bytes.Equal(data, []byte("data")) {
		t.Errorf("got %+v %q", s, data)
	}
	if _, ok := read.find("no.such"); ok {
		t.Error("a symbol that nobody has is there")
	}
}

func FuzzObject(f *testing.F) {
	f.Add([]byte(magic))
	f.Add(append([]byte(magic), make([]byte, 200)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		archive := Append([]byte(archiveMagic), "x.o", append([]byte("go object x\n"), data...))
		objects, err := parseObjects(archive)
		if err != nil {
			return
		}
		for _, o := range objects {
			o.byNumber()
			for r := range o.records(blockRefs, symbolSize) {
				o.name(r)
			}
		}
		Keep(data, []Ref{{"a.b", 0}})
	})
}
