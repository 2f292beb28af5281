package object

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// assembled is an archive of package p, of Go and assembly that refer to each other, and to
// what is not there.
func assembled(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "p.go", `package p

func both() int
func Lost() int

func Uses() int { return Lost() }
func Indirect() func() int { return func() int { return Uses() } }
func Fine() int { return both() }

type T struct{}

func (T) hidden() int { return Lost() }
func (T) Shown() int { return 1 }

type U struct{}

func (U) Shown() int { return Lost() }

var Table = []func() int{Fine, Uses}
`)
	write(t, dir, "p.s", `
TEXT ·both(SB), 4, $0-8
	CALL	·low(SB)
	RET
TEXT ·low(SB), 4, $0-0
	RET
TEXT ·calls(SB), 4, $0-0
	CALL	other·gone(SB)
	RET
TEXT ·frame(SB), 0, $1000-0
	CALL	other·here(SB)
	RET
`)
	tool(t, dir, "asm", "-p", "p", "-gensymabis", "-o", "symabis", "p.s")
	tool(t, dir, "compile", "-p", "p", "-pack", "-dwarf=false", "-dynlink", "-linkshared", "-symabis", "symabis", "-asmhdr", "go_asm.h", "-o", "p.a", "p.go")
	tool(t, dir, "asm", "-p", "p", "-dynlink", "-linkshared", "-o", "p.o", "p.s")
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

func TestAssemblyOnly(t *testing.T) {
	t.Parallel()
	needsAMD64(t)
	only, err := AssemblyOnly(assembled(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"p.both": false, "p.low": true, "p.calls": true, "p.Fine": false, "p.Table": false} {
		if only[name] != want {
			t.Errorf("only assembly can call %s: %v, want %v", name, only[name], want)
		}
	}
}

// What refers to something that nobody has is left out, also by way of others and of types;
// methods that only their package can call do not make their type one of these.
func TestWhole(t *testing.T) {
	t.Parallel()
	needsAMD64(t)
	file := assembled(t)
	defs, err := Definitions(file, "p")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := Whole(defs, []string{file}, func(r Ref) bool { return packageOf(r.Name) == "runtime" || r.Name == "other.here" })
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[Ref]bool{
		{"p.Fine", ABIInternal}: true, {"p.both", ABI0}: true, {"p.low", ABI0}: true, {"p.frame", ABI0}: true, {"type:p.T", 0}: true, {"p.T.Shown", ABIInternal}: true,
		{"p.Lost", ABIInternal}: false, {"p.Uses", ABIInternal}: false, {"p.Indirect", ABIInternal}: false, {"p.calls", ABI0}: false, {"p.Table", 0}: false, {"p.T.hidden", ABIInternal}: false, {"type:p.U", 0}: false,
	} {
		if slices.Contains(whole, name) != want {
			t.Errorf("%v is whole: %v, want %v", name, !want, want)
		}
	}
}

func TestPackageOf(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"fmt.Println": "fmt", "a.b/c.(*T[d/e.F]).M": "a.b/c", "gopkg.in/yaml%2ev3.Marshal": "gopkg.in/yaml.v3",
		"a/b.F[go.shape.int]": "a/b", "_cgo_init": "", "malloc": "", "type:p.T": "", "go:string.\"a.b\"": "",
	} {
		if got := packageOf(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestEscaped(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{"fmt": "fmt", "a.b/c": "a.b/c", "gopkg.in/yaml.v3": "gopkg.in/yaml%2ev3", "a/b.c.d": "a/b%2ec%2ed"} {
		if got := escaped(path); got != want || packageOf(got+".F") != path {
			t.Errorf("%s: got %s, of package %s", path, got, packageOf(got+".F"))
		}
		if !belongs("type:*"+want+".T", path) || !belongs(want+".F", path) || belongs(want+"x.F", path) {
			t.Errorf("what belongs to %s is not known", path)
		}
	}
}

// A function has one name for each way in which it can be called, and a reference finds none
// that is called in another way.
func TestReferencesMeanOneWayToCall(t *testing.T) {
	t.Parallel()
	needsAMD64(t)
	lib := NewLibrary(nil)
	for _, name := range []string{"p.goOnly", "p.both", "p.both" + assemblySuffix, "p.assemblyOnly"} {
		lib.Invent(name, 2, nil)
	}
	m, err := OpenPlugin(write(t, t.TempDir(), "lib.so", string(lib.Bytes())), map[string]bool{"p.assemblyOnly": true})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	for r, want := range map[Ref]bool{
		{"p.goOnly", ABIInternal}: true, {"p.goOnly", ABI0}: false,
		{"p.both", ABIInternal}: true, {"p.both", ABI0}: true,
		{"p.assemblyOnly", ABIInternal}: false, {"p.assemblyOnly", ABI0}: true,
	} {
		if m.Has(r) != want {
			t.Errorf("has %v: %v, want %v", r, !want, want)
		}
	}
}
