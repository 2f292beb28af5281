package native

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// modulesOf compiles the packages of a module that is text, as those are which cells import.
func modulesOf(t *testing.T, h *Host, file string) (all []Package) {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range archive.Files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	args := append([]string{"list", "-export", "-deps", "-json=ImportPath,Export,Imports"}, BuildFlags()...)
	out, err := h.toolchain.ModuleCommand(context.Background(), dir, nil, append(args, "./...")...).Output()
	if err != nil {
		t.Fatalf("%v%s", err, said(err))
	}
	found, err := listed(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	for path, p := range found {
		if strings.HasPrefix(path, "example.com/") {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b Package) int { return strings.Compare(a.Path, b.Path) })
	return all
}

// Assembly of modules calls what the host has, and Go of its own and of other modules, and is
// called: each with the arguments where it looks for them. What is missing and not used is no
// matter. No plugin has copies of what another one has.
func TestModulesWithAssembly(t *testing.T) {
	t.Parallel()
	h := *prepared(t)
	if h.thin == nil {
		t.Skip("plugins are not thin here")
	}
	h.thick = func(path string, why error) { t.Errorf("%s is linked in full: %v", path, why) }
	modules := modulesOf(t, &h, "testdata/assembly.txt")
	b := NewBuilder(&h, t.TempDir())
	defer b.Close()
	var plugins []*Built
	opens := map[string]bool{}
	for i, text := range []string{
		`import ("fmt"; "os"; "example.com/low"); func init() {
			pid, _, err := low.Getpid()
			same, _ := low.NoError(39, 0, 0, 0)
			fmt.Println(int(pid) == os.Getpid(), err, same == pid)
			sum, difference := low.Twice(7, 4)
			fmt.Println(sum, difference, low.Calls(), low.Deep(5000))
		}`,
		`import ("fmt"; dot "example.com/low/dot.v2"); var X = dot.New(5); func init() { fmt.Println(dot.Hidden(X), dot.Made(), dot.Calls()) }`,
		`import ("fmt"; dot "example.com/low/dot.v2"; b "parago/cells/b"); func init() { _, is := b.X.(*dot.Number); fmt.Println(is, dot.Hidden(b.X), dot.Made()) }`,
	} {
		s := cell("parago/cells/"+string(rune('a'+i)), "package main\n"+text+"\nfunc main() {}\n")
		s.Packages = modules
		built := build(t, b, s)[0]
		for _, p := range append(slices.Clone(built.Bundles), built) {
			if !opens[p.Path] {
				opens[p.Path] = true
				plugins = append(plugins, p)
			}
		}
	}
	if got, want := opened(t, &h, plugins...), "true 0 true\n11 3 2 5000\n45 1 2\ntrue 45 1\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// A bundle needs those that were there before it also for packages that a cell does not use: a
// process that runs the cell and has opened nothing else opens them all.
func TestBundlesOfBundles(t *testing.T) {
	t.Parallel()
	h := *prepared(t)
	if h.thin == nil {
		t.Skip("plugins are not thin here")
	}
	h.thick = func(path string, why error) { t.Errorf("%s is linked in full: %v", path, why) }
	modules := modulesOf(t, &h, "testdata/bundles.txt")
	b := NewBuilder(&h, t.TempDir())
	defer b.Close()
	for i, c := range []struct {
		text, want string
		bundles    int
	}{
		{`import ("fmt"; "example.com/parts/base"); func init() { fmt.Println(base.Next()) }`, "2\n", 1},
		{`import ("fmt"; "example.com/parts/wide"; "example.com/parts/plain"); func init() { fmt.Println(plain.Name(), wide.Twice()) }`, "plain 5\n", 2},
		{`import ("fmt"; "example.com/parts/plain"); func init() { fmt.Println(plain.Name()) }`, "plain\n", 2},
		{`import ("fmt"; "example.com/parts/base"); func init() { fmt.Println(base.Next() + 1) }`, "3\n", 1},
	} {
		s := cell("parago/cells/"+string(rune('a'+i)), "package main\n"+c.text+"\nfunc main() {}\n")
		s.Packages = modules
		built := build(t, b, s)[0]
		if got := opened(t, &h, append(slices.Clone(built.Bundles), built)...); got != c.want || len(built.Bundles) != c.bundles {
			t.Errorf("%s: got %s with %d bundles, want %s with %d", c.text, got, len(built.Bundles), c.want, c.bundles)
		}
	}
}
