package module_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/gcexportdata"
	"golang.org/x/tools/txtar"

	"github.com/parago/parago/interp"
	"github.com/parago/parago/interp/toolchain/toolchaintest"
)

var update = flag.Bool("update", false, "rewrite the answers in testdata")

// patient is what is told of something that takes a while, as all does on a busy machine.
var patient = regexp.MustCompile(`(?m)^the go command fetches and compiles .*\n`)

// TestCases runs the cases of testdata/cases.txt. Lines behind "> " are commands, and what
// follows is what they tell and what comes of them:
//
//	load PATH…        as for a cell that imports packages
//	get QUERY…        as %get
//	replace MODULE BY, drop MODULE, file   as %mod
//	work COMMAND      as !*
//	gowork            as %goworkfix
//	reset             as %reset
//	use PATH…         a cell has been compiled with packages
//	begin [DIR]       cells begin anew, in a folder of the proxy's file
//	env NAME=VALUE    for the go command
//	names             the names of packages that need no import
//	write FILE TEXT   into a folder of the proxy's file
//
// The proxy is a folder that is made of testdata/proxy.txt.
func TestCases(t *testing.T) {
	t.Parallel()
	tc := toolchaintest.Prepared(t)
	dir := world(t)
	proxy := httptest.NewServer(http.FileServer(http.Dir(filepath.Join(dir, "proxy"))))
	t.Cleanup(proxy.Close)
	text, err := os.ReadFile("testdata/cases.txt")
	if err != nil {
		t.Fatal(err)
	}
	head, cases, _ := strings.Cut(string(text), "== ")
	seen := head
	for c := range strings.SplitSeq(cases, "\n== ") {
		name, want, _ := strings.Cut(c, "\n")
		want = strings.TrimSpace(want) + "\n"
		t.Run(name, func(t *testing.T) {
			compiled, ok := tc.Ready()
			if !ok {
				t.Fatal("the toolchain is not ready")
			}
			got := strings.TrimSpace(patient.ReplaceAllString(replay(t, compiled.Modules, dir, proxy.URL, want), "")) + "\n"
			seen += "== " + name + "\n" + got + "\n"
			if got != want && !*update {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
	if *update {
		if err := os.WriteFile("testdata/cases.txt", []byte(strings.TrimSpace(seen)+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// world makes a folder of testdata/proxy.txt: modules with versions in the form of a proxy,
// below proxy, and all else as it stands.
func world(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	archive, err := txtar.ParseFile("testdata/proxy.txt")
	if err != nil {
		t.Fatal(err)
	}
	modules := map[string][]txtar.File{} // example.com/a@v1.0.0
	for _, f := range archive.Files {
		module, rest, ok := strings.Cut(f.Name, "@")
		if !ok {
			write(t, filepath.Join(dir, f.Name), f.Data)
			continue
		}
		version, name, _ := strings.Cut(rest, "/")
		modules[module+"@"+version] = append(modules[module+"@"+version], txtar.File{Name: name, Data: f.Data})
	}
	lists := map[string]string{}
	for _, m := range slices.Sorted(maps.Keys(modules)) {
		module, version, _ := strings.Cut(m, "@")
		at := filepath.Join(dir, "proxy", module, "@v")
		write(t, filepath.Join(at, version+".info"), fmt.Appendf(nil, `{"Version":%q,"Time":"2020-01-01T00:00:00Z"}`, version))
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for _, f := range modules[m] {
			if f.Name == "go.mod" {
				write(t, filepath.Join(at, version+".mod"), f.Data)
			}
			w, err := z.Create(path.Join(m, f.Name))
			if err != nil {
				t.Fatal(err)
			}
			w.Write(f.Data)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(at, version+".zip"), b.Bytes())
		lists[at] += version + "\n"
	}
	for at, list := range lists {
		write(t, filepath.Join(at, "list"), []byte(list))
	}
	return dir
}

func write(t *testing.T, file string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// replay runs a case's commands.
func replay(t *testing.T, m interp.Modules, dir, proxy, text string) string {
	r := &replayer{t: t, m: m, dir: dir, proxy: proxy}
	defer func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	}()
	r.begin("nothing")
	for line := range strings.Lines(text) {
		if command, ok := strings.CutPrefix(line, "> "); ok {
			fmt.Fprintf(&r.out, "> %s", command)
			r.run(strings.TrimSpace(command))
		}
	}
	return r.out.String()
}

type replayer struct {
	t     *testing.T
	m     interp.Modules
	dir   string
	proxy string // its address
	out   strings.Builder
}

// begin sets what the go command works with: nothing of this machine's but its cache of
// what has been compiled.
func (r *replayer) begin(dir string) {
	r.m.Begin(filepath.Join(r.dir, dir), []string{
		"GOPROXY=" + r.proxy, "GOPRIVATE=", "GONOPROXY=", "GONOSUMDB=", "GOSUMDB=off", "GOINSECURE=",
		"GOMODCACHE=" + filepath.Join(r.dir, "cache"), "GOFLAGS=-modcacherw",
	})
}

func (r *replayer) run(command string) {
	name, rest, _ := strings.Cut(command, " ")
	args := strings.Fields(rest)
	ctx := context.Background()
	var changed []string
	var err error
	switch name {
	case "load":
		if changed, err = r.m.Load(ctx, args, r.tell); err == nil {
			r.changed(changed)
			for _, path := range args {
				r.tell(path + ": " + r.export(path))
			}
			return
		}
	case "get":
		changed, err = r.m.Get(ctx, args, r.tell)
	case "replace":
		by := args[1]
		if !strings.Contains(by, "@") {
			by = filepath.Join(r.dir, by)
		}
		changed, err = r.m.Replace(ctx, args[0], by, r.tell)
	case "drop":
		changed, err = r.m.Drop(ctx, args[0], r.tell)
	case "work":
		changed, err = r.m.Work(ctx, func(dir string) error {
			cmd := exec.Command("sh", "-c", rest)
			cmd.Dir = dir
			out, err := cmd.CombinedOutput()
			r.tell(strings.TrimSpace(string(out)))
			return err
		}, r.tell)
	case "gowork":
		changed, err = r.m.ReplaceByWork(ctx, r.tell)
	case "reset":
		r.m.Reset()
		r.begin("")
	case "file":
		var text string
		if text, err = r.m.File(); err == nil {
			r.tell(strings.TrimSpace(text))
		}
	case "use":
		r.m.Use(args)
	case "begin":
		r.begin(rest)
	case "env":
		k, v, _ := strings.Cut(strings.ReplaceAll(rest, "$DIR", r.dir), "=")
		r.m.Setenv(k, v)
	case "names":
		names := r.m.Names()
		for _, path := range slices.Sorted(maps.Keys(names)) {
			r.tell(names[path] + " is " + path)
		}
	case "write":
		write(r.t, filepath.Join(r.dir, args[0]), []byte(strings.Join(args[1:], " ")+"\n"))
	default:
		r.t.Fatalf("no command %s", name)
	}
	r.changed(changed)
	if err != nil {
		r.tell("! " + err.Error())
	}
}

func (r *replayer) changed(paths []string) {
	if len(paths) > 0 {
		slices.Sort(paths)
		r.tell("not what they were: " + strings.Join(paths, " "))
	}
}

// unstable are parts of what is told that differ from run to run, or from machine to machine.
var unstable = regexp.MustCompile(`parago-modules-\d+/(?:\d+|work)|go1?\.?\d+\.\d+\.\d+|go 1\.\d+\.\d+|Go 1\.\d+\.\d+`)

func (r *replayer) tell(line string) {
	line = strings.NewReplacer(r.dir, "$DIR", r.proxy, "$PROXY").Replace(line)
	line = unstable.ReplaceAllStringFunc(line, func(s string) string {
		if strings.HasPrefix(s, "parago") {
			return "$TEMP"
		}
		return "Go $VERSION"
	})
	fmt.Fprintln(&r.out, line)
}

// export is what Export says.
func (r *replayer) export(path string) string {
	file, err := r.m.Export(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "unknown"
	}
	if err != nil {
		return err.Error()
	}
	defer file.Close()
	//lint:ignore SA1019 what the go command lists are archives, and this is what reads them
	data, err := gcexportdata.NewReader(bufio.NewReader(file))
	if err != nil {
		return err.Error()
	}
	pkg, err := gcexportdata.Read(data, token.NewFileSet(), map[string]*types.Package{}, path)
	if err != nil {
		return err.Error()
	}
	text := "package " + pkg.Name()
	for _, name := range pkg.Scope().Names() {
		if c, ok := pkg.Scope().Lookup(name).(*types.Const); ok && c.Exported() {
			text += " " + name + "=" + c.Val().String()
		}
	}
	return text
}
