package glue_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
)

func lock(m *sync.Mutex)           { m.Lock() }
func rwLock(m *sync.RWMutex)       { m.Lock() }
func rLock(m *sync.RWMutex)        { m.RLock() }
func waitGroup(wg *sync.WaitGroup) { wg.Wait() }

// twinMain is the program around the compiled cells.
const twinMain = `
func result(vs ...any) { fmt.Print("= ", anys(vs...), "\n") }
func failed(err error) { fmt.Printf("error: %v\n", err) }
func show(name string, v any) { fmt.Printf("%s: %s\n", name, shown(v)) }

func run(name string, f func()) {
	fmt.Printf("\n#%s\n", name)
	reset()
	func() {
		defer func() {
			if v := recover(); v != nil {
				switch x := v.(type) {
				case error:
					v = x.Error()
				case fmt.Stringer:
					v = x.String()
				}
				fmt.Printf("panic: %v\n", v)
			}
		}()
		f()
	}()
	fmt.Print(dump())
}
`

// runCompiled runs bodies of functions as one Go program, of a package of this one's name,
// and returns what each prints.
func runCompiled(t testing.TB, bodies []string, imports []string) []string {
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go command: glue is compared with Go where there is one")
	}
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var b, calls strings.Builder
	b.WriteString("package glue_test\n\nimport (\n\t\"fmt\"\n\t\"testing\"\n")
	for _, path := range imports {
		if path != "fmt" && path != "testing" {
			fmt.Fprintf(&b, "\t%q\n", path)
		}
	}
	b.WriteString(")\n" + twinMain)
	for n, body := range bodies {
		fmt.Fprintf(&b, "\nfunc cell%d() {\n%s}\n", n, body)
		fmt.Fprintf(&calls, "\trun(\"%d\", cell%d)\n", n, n)
	}
	fmt.Fprintf(&b, "\nfunc TestMain(*testing.M) {\n%s}\n", calls.String())
	write("go.mod", "module cells\n\ngo 1.26\n")
	write("standins_test.go", "package glue_test\n"+standins(t))
	write("cells_test.go", b.String())
	build := exec.Command(goTool, "test", "-c", "-vet=off", "-o", "cells", ".")
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, faulty(string(out), b.String()))
	}
	out, err := exec.Command(filepath.Join(dir, "cells")).Output()
	if err != nil {
		t.Fatal(err)
	}
	var answers []string
	for n := range bodies {
		_, rest, ok := strings.Cut(string(out), fmt.Sprintf("\n#%d\n", n))
		if !ok {
			t.Fatalf("cell %d has not run", n)
		}
		answer, _, _ := strings.Cut(rest, fmt.Sprintf("\n#%d\n", n+1))
		answers = append(answers, answer)
	}
	return answers
}

// faulty adds the lines that the compiler complains of.
func faulty(out, text string) string {
	lines := strings.Split(text, "\n")
	for _, m := range regexp.MustCompile(`cells_test\.go:(\d+)`).FindAllStringSubmatch(out, -1) {
		n, _ := strconv.Atoi(m[1])
		out += "\n" + lines[n-1]
	}
	return out
}

// bothPanic says whether two answers end in a panic. Which of two panics of a statement comes
// first, and what it has done before, Go leaves open.
func bothPanic(a, b string) bool {
	return strings.Contains(a, "panic: ") && strings.Contains(b, "panic: ")
}

// compare compares what glue and compiled Go print.
func compare(t testing.TB, source, text, got, want string) {
	t.Helper()
	if strings.TrimSpace(got) == strings.TrimSpace(want) {
		return
	}
	var diff strings.Builder
	g, w := strings.Split(strings.TrimSpace(got), "\n"), strings.Split(strings.TrimSpace(want), "\n")
	for i := range max(len(g), len(w)) {
		if i < len(g) && i < len(w) && g[i] == w[i] {
			continue
		}
		if i < len(w) {
			fmt.Fprintf(&diff, "\tGo:   %.200s\n", w[i])
		}
		if i < len(g) {
			fmt.Fprintf(&diff, "\tglue: %.200s\n", g[i])
		}
		if len(g) != len(w) {
			break
		}
	}
	t.Errorf("the cell\n%s\ndoes not print the same:\n%s\nthe text is\n%s", source, diff.String(), text)
}
