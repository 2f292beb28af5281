package runner_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/parago/parago/interp/runner/wire"
	"golang.org/x/tools/txtar"
)

// TestMain removes what was built.
func TestMain(m *testing.M) {
	code := m.Run()
	if built.folder != "" {
		os.RemoveAll(built.folder)
	}
	os.Exit(code)
}

// built is what the tests of one run share: it takes seconds.
var built struct {
	sync.Once
	folder string
	err    error
	cells  map[string]wire.Package // by name in testdata/cells.txt
	names  []string                // in order
}

// hostProgram builds the host and all cells, once.
func hostProgram(t testing.TB) string {
	t.Helper()
	for _, tool := range []string{"go", "gcc"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("compiled cells need %s here: %v", tool, err)
		}
	}
	built.Do(func() { built.err = build() })
	if built.err != nil {
		t.Fatal(built.err)
	}
	return filepath.Join(built.folder, "host")
}

// library is what the cells of testdata/cells.txt import, and a plugin besides.
var library = []string{"github.com/parago/parago/interp/runner/rt", "github.com/parago/parago/procpool", "errors", "fmt", "os", "strings", "sync", "time", "runtime", "runtime/cgo"}

func build() error {
	dir, err := os.MkdirTemp("", "parago-cells-")
	if err != nil {
		return err
	}
	built.folder, built.cells = dir, map[string]wire.Package{}
	if _, err := goTool("build", "-trimpath", race(), "-o", filepath.Join(dir, "host"), "./testdata/host"); err != nil {
		return err
	}
	list := append([]string{"list", "-export", "-deps", "-trimpath", "-buildmode=plugin", race(), "-f", "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}"}, library...)
	config, err := goTool(list...)
	if err != nil {
		return err
	}
	cells, err := txtar.ParseFile("testdata/cells.txt")
	if err != nil {
		return err
	}
	// Cells up to a section "plugin" are linked into one, to save time.
	var plugin []string
	for _, section := range cells.Files {
		if section.Name == "plugin" {
			if err := link(dir, config, plugin); err != nil {
				return err
			}
			plugin = nil
			continue
		}
		if config, err = compile(dir, config, section.Name, string(section.Data)); err != nil {
			return err
		}
		plugin = append(plugin, section.Name)
	}
	return link(dir, config, plugin)
}

var (
	importLine = regexp.MustCompile(`(?m)^import .*\n`)
	cellImport = regexp.MustCompile(`"(parago/cells/\w+)"`)
	vars       = regexp.MustCompile(`(?m)^//vars (.*)$`)
	funcs      = regexp.MustCompile(`(?m)^//func (\S+)( .*)?$`)
	types      = regexp.MustCompile(`(?m)^//type (\w+)$`)
)

// source is a section as a package. Its lines keep their numbers.
func source(name, text string) string {
	var b strings.Builder
	b.WriteString("package main\nimport rt \"github.com/parago/parago/interp/runner/rt\"\n")
	for _, line := range importLine.FindAllString(text, -1) {
		b.WriteString(line)
	}
	fmt.Fprintf(&b, "//line cell·%s.go:1\n%s\n//line parago.go:1\nfunc main() {}\n", name, importLine.ReplaceAllString(text, "\n"))
	fmt.Fprintf(&b, "func init() { rt.Register(&rt.Package{Path: %q, Run: Ⲡ۰run,\nVars: map[string]any{", "parago/cells/"+name)
	for _, m := range vars.FindAllStringSubmatch(text, -1) {
		for _, v := range strings.Fields(m[1]) {
			fmt.Fprintf(&b, "%q: &Ⲡ%s,", v, v)
		}
	}
	b.WriteString("},\nFuncs: []rt.Funcs{")
	for _, m := range funcs.FindAllStringSubmatch(text, -1) {
		value := "Ⲡ" + m[1]
		if t, method, ok := strings.Cut(m[1], "."); ok {
			value = t + ".Ⲡ" + method
		} else if strings.HasPrefix(m[1], "lit۰") {
			value = "(*" + value + ")(nil)"
		}
		fmt.Fprintf(&b, "{Keys: %q, Values: []any{%s}, Vars: %#v},", m[1], value, strings.Fields(m[2]))
	}
	b.WriteString("},\nTypes: map[string]any{")
	for _, m := range types.FindAllStringSubmatch(text, -1) {
		fmt.Fprintf(&b, "%q: (*%s)(nil),", m[1], m[1])
	}
	b.WriteString("}}) }\n")
	return b.String()
}

// compile adds a cell to built.cells and to the configuration of those that import it.
func compile(dir, config, name, text string) (string, error) {
	path := "parago/cells/" + name
	archive, err := archive(dir, config, path, source(name, text))
	if err != nil {
		return "", err
	}
	p := wire.Package{Path: path}
	for _, m := range cellImport.FindAllStringSubmatch(text, -1) {
		p.Imports = append(p.Imports, m[1])
	}
	built.cells[name] = p
	built.names = append(built.names, name)
	return config + "packagefile " + path + "=" + archive + "\n", nil
}

// archive compiles one file as a package.
func archive(dir, config, path, text string) (string, error) {
	base := filepath.Join(dir, filepath.Base(path))
	for file, content := range map[string]string{base + ".go": text, base + ".cfg": config} {
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			return "", err
		}
	}
	_, err := goTool("tool", "compile", "-dynlink", race(), "-p", path, "-complete", "-trimpath", dir, "-importcfg", base+".cfg", "-pack", "-o", base+".a", base+".go")
	return base + ".a", err
}

// link makes one plugin of cells: a package that imports them.
func link(dir, config string, cells []string) error {
	path := "parago/plugin/with_" + cells[0]
	text := "package main\n"
	for _, c := range cells {
		text += fmt.Sprintf("import _ %q\n", "parago/cells/"+c)
	}
	main, err := archive(dir, config, path, text+"func main() {}\n")
	if err != nil {
		return err
	}
	base := strings.TrimSuffix(main, ".a")
	if _, err := goTool("tool", "link", "-buildmode=plugin", race(), "-s", "-w", "-importcfg", base+".cfg", "-installsuffix", suffix(), "-pluginpath", path, "-extld=gcc", "-o", base+".so", main); err != nil {
		return err
	}
	for _, c := range cells {
		p := built.cells[c]
		p.File = base + ".so"
		built.cells[c] = p
	}
	return nil
}

// race is the flag that says whether the tests are watched for races.
func race() string { return fmt.Sprintf("-race=%t", withRace) }

func suffix() string {
	if withRace {
		return "race_dynlink"
	}
	return "dynlink"
}

func goTool(args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %v\n%s%s", strings.Join(args, " "), err, out, stderr.Bytes())
	}
	return string(out), nil
}
