package tests

import (
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/parago/parago"

// arrows says, for each folder with its subfolders, what its code may import besides the
// standard library: packages of this module, and other modules' packages. "x/..." is x and
// all below it. The longest folder that fits a package counts. Tests may import anything.
var arrows = []struct {
	folder string
	may    []string
}{
	{".", []string{"..."}}, // main sees all
	{"kernel", []string{"kernel/...", "interp", "github.com/go-zeromq/zmq4/...", "github.com/google/uuid", "golang.org/x/sys/..."}},
	{"kernel/kerneltest", []string{"kernel/...", "interp", "github.com/google/uuid", "golang.org/x/tools/txtar"}},
	{"interp", []string{"interp/cell", "interp/check", "interp/write/compiled", "interp/write/glue", "interp/write/interpreted", "interp/write/outlive", "interp/vet", "interp/display/...", "interp/runner/wire", "procpool", "procpool/spawn"}},
	{"interp/cell", []string{"interp/cell/...", "interp/agree"}},
	{"interp/check", []string{"interp/check/...", "interp/cell", "golang.org/x/tools/..."}},
	{"interp/write/interpreted", []string{"interp/write/interpreted/...", "interp/agree", "interp/write/typetext", "interp/check", "interp/cell", "golang.org/x/tools/..."}},
	{"interp/write/glue", []string{"interp/agree", "interp/write/typetext", "interp/check", "interp/cell", "interp/write/outlive"}},
	{"interp/write/compiled", []string{"interp/agree", "interp/write/typetext", "interp/check", "interp/cell", "interp/write/outlive"}},
	{"interp/write/outlive", []string{"interp/agree", "interp/check"}},
	{"interp/native", []string{"interp/native/...", "interp/agree"}},
	{"interp/vet", []string{"interp/agree", "interp/check", "golang.org/x/tools/..."}},
	{"interp/agree", nil},
	{"interp/celltest", nil},
	{"interp/celltest/replay", []string{"interp", "interp/cell", "interp/celltest", "interp/runner", "interp/runner/symbols/late", "interp/toolchain/toolchaintest"}},
	{"interp/display", []string{"interp/display"}},
	{"interp/toolchain/toolchaintest", []string{"interp/toolchain"}},
	{"interp/toolchain", []string{"interp", "interp/native", "interp/native/module", "interp/display/...", "interp/runner", "procpool"}},
	{"interp/runner", []string{"interp/runner/...", "interp/display/...", "procpool", "procpool/codec", "procpool/embed", "procpool/spawn", "github.com/traefik/yaegi/..."}},
	{"interp/runner/symbols/gen", []string{"interp/agree", "github.com/traefik/yaegi/..."}},
	// procpool: the face sees all of its rooms; below it each room sees those that stand under it.
	{"procpool", []string{"procpool/..."}},
	{"procpool/embed", []string{"procpool/internal/here", "procpool/internal/host", "procpool/internal/pool", "procpool/internal/remote", "procpool/internal/share", "procpool/internal/task", "procpool/internal/wait"}},
	{"procpool/internal/here", []string{"procpool/internal/callee", "procpool/internal/child", "procpool/internal/leave", "procpool/internal/local", "procpool/internal/node", "procpool/internal/pool", "procpool/internal/share", "procpool/internal/work"}},
	{"procpool/internal/watch", []string{"procpool/internal/pool", "procpool/internal/screen", "procpool/internal/fault", "procpool/broker", "procpool/view"}},
	{"procpool/internal/local", []string{"procpool/internal/pool", "procpool/internal/child", "procpool/internal/callee", "procpool/internal/node", "procpool/internal/screen", "procpool/internal/task", "procpool/internal/fault", "procpool/internal/system", "procpool/wire"}},
	{"procpool/internal/pool", []string{"procpool/internal/wait", "procpool/internal/callee", "procpool/internal/node", "procpool/internal/screen", "procpool/internal/task", "procpool/internal/fault", "procpool/codec", "procpool/wire"}},
	{"procpool/internal/work", []string{"procpool/internal/leave", "procpool/internal/logs", "procpool/internal/share", "procpool/internal/callee", "procpool/internal/node", "procpool/internal/host", "procpool/internal/task", "procpool/internal/fault", "procpool/internal/system", "procpool/codec", "procpool/broker", "procpool/view", "procpool/wire", "procpool/shm", "procpool/spawn"}},
	{"procpool/internal/child", []string{"procpool/internal/logs", "procpool/internal/share", "procpool/internal/callee", "procpool/internal/node", "procpool/internal/screen", "procpool/internal/host", "procpool/internal/task", "procpool/internal/fault", "procpool/codec", "procpool/broker", "procpool/view", "procpool/wire", "procpool/shm", "procpool/spawn"}},
	{"procpool/internal/leave", []string{"procpool/internal/callee", "procpool/internal/node"}},
	{"procpool/internal/logs", []string{"procpool/internal/node", "procpool/internal/task", "procpool/internal/fault", "procpool/wire"}},
	{"procpool/internal/remote", []string{"procpool/internal/wait", "procpool/internal/share", "procpool/internal/node", "procpool/internal/fault", "procpool/codec"}},
	{"procpool/internal/wait", []string{"procpool/internal/node", "procpool/internal/fault"}},
	{"procpool/internal/share", []string{"procpool/internal/wait", "procpool/internal/callee", "procpool/internal/node", "procpool/internal/task", "procpool/internal/fault", "procpool/broker", "procpool/codec", "procpool/shm", "procpool/wire"}},
	{"procpool/internal/callee", []string{"procpool/internal/node", "procpool/internal/host", "procpool/internal/task", "procpool/internal/fault", "procpool/codec", "procpool/view", "procpool/wire"}},
	{"procpool/internal/node", []string{"procpool/internal/screen", "procpool/internal/host", "procpool/internal/task", "procpool/internal/fault", "procpool/broker", "procpool/codec", "procpool/shm", "procpool/wire"}},
	{"procpool/internal/screen", []string{"procpool/internal/host", "procpool/view"}},
	{"procpool/internal/host", []string{"procpool/internal/task"}},
	{"procpool/internal/task", []string{"procpool/internal/fault", "procpool/broker", "procpool/codec", "procpool/shm", "procpool/wire"}},
	{"procpool/internal/fault", []string{"procpool/codec"}},
	{"procpool/internal/system", nil},
	{"procpool/codec", []string{"procpool/codec"}},
	{"procpool/broker", []string{"procpool/shm"}},
	{"procpool/wire", []string{"procpool/shm"}},
	{"procpool/view", nil},
	{"procpool/shm", nil},
	{"procpool/spawn", nil},
	{"kernelspec", nil},
	{"kernelspec/command", []string{"..."}}, // and so does what main calls
	{"notebooks", nil},
	{"tests/bench", []string{"interp", "interp/toolchain", "tests/pyenv"}},
	{"tests/bench/mapping", []string{"procpool"}},
	{"tests", []string{"tests/...", "notebooks", "golang.org/x/tools/txtar", "golang.org/x/sys/..."}},
}

func TestImportsFollowTheArrows(t *testing.T) {
	t.Parallel()
	for file := range sources(t, root(t)) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, imported := range imports(t, file) {
			if !allowed(path.Dir(file), imported) {
				t.Errorf("%s imports %s, to which no arrow leads (see arrows in tests/imports_test.go)", file, imported)
			}
		}
	}
}

func TestAllowed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		folder, imported string
		want             bool
	}{
		{".", module + "/kernel", true},
		{"kernel", module + "/interp", true},
		{"kernel", module + "/interp/check", false},
		{"kernel/zmtp", module + "/interp", true},
		{"kernel/zmtp", module + "/kernel/kerneltest", true},
		{"kernel", "github.com/traefik/yaegi/interp", false},
		{"interp", module + "/kernel", false},
		{"interp/cell", module + "/interp/check", false},
		{"interp/check", module + "/interp/cell", true},
		{"interp/write/interpreted", "go/ast", true},
		{"procpool", "golang.org/x/sys/unix", false},
		{"procpool/spawn", module + "/procpool", false},
		{"procpool", module + "/procpool/spawn", true},
		{"procpool", module + "/interp", false},
		{"nowhere", "fmt", true},
		{"nowhere", module + "/procpool", false},
	} {
		if got := allowed(c.folder, c.imported); got != c.want {
			t.Errorf("allowed(%q, %q) = %v, want %v", c.folder, c.imported, got, c.want)
		}
	}
}

func allowed(folder, imported string) bool {
	if standard(imported) {
		return true
	}
	imported = strings.TrimPrefix(imported, module+"/")
	return slices.ContainsFunc(arrowsOf(folder), func(may string) bool {
		if may == "..." {
			return true
		}
		if all, ok := strings.CutSuffix(may, "/..."); ok {
			return within(imported, all)
		}
		return imported == may
	})
}

func arrowsOf(folder string) (may []string) {
	longest := -1
	for _, a := range arrows {
		if (folder == a.folder || a.folder != "." && within(folder, a.folder)) && len(a.folder) > longest {
			may, longest = a.may, len(a.folder)
		}
	}
	return may
}

func within(name, folder string) bool { return name == folder || strings.HasPrefix(name, folder+"/") }

// standard reports whether a path is the standard library's: its first element has no dot.
func standard(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return !strings.Contains(first, ".")
}

func imports(t *testing.T, file string) (paths []string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root(t), file), nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range f.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, p)
	}
	return paths
}

// root is the folder of go.mod.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		t.Fatal(err)
	}
	return dir
}
