// Gen writes tables of exported names for the interpreter: of one package, or,
// for "std", of what the standard library has gained since the interpreter's own
// tables were made, in the packages that glue may use; for "late", in the others. Generic
// names are in none: package interpreted instantiates their source.
//
// Another Go has another standard library: the table of std is a file for each minor version,
// of the Go that runs gen.
//
//	go run ./gen IMPORTPATH OUTPUT
//	go run ./gen std|late FOLDER
package main

import (
	"bytes"
	"fmt"
	"go/constant"
	"go/format"
	"go/importer"
	"go/token"
	"go/types"
	"go/version"
	"log"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/parago/parago/interp/agree"
	"github.com/traefik/yaegi/stdlib"
	"github.com/traefik/yaegi/stdlib/syscall"
	"github.com/traefik/yaegi/stdlib/unrestricted"
)

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: gen IMPORTPATH OUTPUT, or gen std|late FOLDER")
	}
	if in := packages[os.Args[1]]; in != "" {
		if err := std(in, os.Args[2]); err != nil {
			log.Fatal(err)
		}
		return
	}
	text, err := table(symbols, path.Base(os.Args[1]), "", []string{os.Args[1]}, func(string, string) bool { return false })
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(os.Args[2], text, 0o644); err != nil {
		log.Fatal(err)
	}
}

// The packages that tables are in.
const (
	symbols = "symbols"
	late    = "late"
)

// packages are those of the tables of the standard library.
var packages = map[string]string{"std": symbols, "late": late}

// std writes the table of the standard library for a package, and tells the other versions' files which Go
// they are for.
func std(in, dir string) error {
	lang := version.Lang(runtime.Version())
	others, err := stdFiles(dir)
	if err != nil {
		return err
	}
	langs := slices.Collect(maps.Keys(others))
	if !slices.Contains(langs, lang) {
		langs = append(langs, lang)
	}
	slices.SortFunc(langs, version.Compare)
	for i, l := range langs {
		text := others[l]
		if l == lang {
			fresh, err := table(in, "std", "//go:build\n\n", standard(in == symbols), inInterpreter)
			if err != nil {
				return err
			}
			text = string(fresh)
		}
		text = buildLine.ReplaceAllString(text, strings.TrimSpace("//go:build "+constraint(langs, i)))
		if err := os.WriteFile(filepath.Join(dir, stdFile(l)), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

var buildLine = regexp.MustCompile(`(?m)^//go:build.*$`)

// constraint is the build constraint of one of the tables, of which each Go has one: the first
// is for all that are older, and the last for all that are newer.
func constraint(langs []string, i int) string {
	switch {
	case len(langs) == 1:
		return "go1"
	case i == 0:
		return "!" + langs[1]
	case i == len(langs)-1:
		return langs[i]
	}
	return langs[i] + " && !" + langs[i+1]
}

// stdFile is the name of a table: std_go127.go.
func stdFile(lang string) string { return "std_" + strings.ReplaceAll(lang, ".", "") + ".go" }

// stdFiles are the tables that there are, by version.
func stdFiles(dir string) (map[string]string, error) {
	names, err := filepath.Glob(filepath.Join(dir, "std_go1*.go"))
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		minor, _ := strings.CutPrefix(strings.TrimSuffix(filepath.Base(name), ".go"), "std_go1")
		files["go1."+minor] = string(text)
	}
	return files, nil
}

// left says why a package of the standard library stays out.
var left = map[string]string{
	"unsafe":                 "the interpreter has its own",
	"embed":                  "needs the compiler",
	"plugin":                 "opens what is built for a program, not for cells",
	"runtime/cgo":            "needs the compiler",
	"runtime/race":           "needs the compiler",
	"runtime/coverage":       "needs the compiler",
	"structs":                "marks for the compiler",
	"testing/cryptotest":     "for tests of compiled packages",
	"testing/synctest":       "for tests of compiled packages",
	"crypto/mlkem/mlkemtest": "for tests of compiled packages",
	"time/tzdata":            "has no names",
}

// standard lists the packages of the standard library that cells may import: those that glue
// may use, too, or the others.
func standard(glue bool) []string {
	out, err := exec.Command("go", "list", "std").Output()
	if err != nil {
		log.Fatal(err)
	}
	var paths []string
	for _, p := range strings.Fields(string(out)) {
		if slices.Contains(agree.Library(), p) == glue && left[p] == "" && !strings.Contains(p, "internal") && !strings.HasPrefix(p, "vendor/") {
			paths = append(paths, p)
		}
	}
	return paths
}

func inInterpreter(key, name string) bool {
	for _, t := range []map[string]map[string]reflect.Value{stdlib.Symbols, syscall.Symbols, unrestricted.Symbols} {
		if _, ok := t[key][name]; ok {
			return true
		}
	}
	return false
}

// table is the source of a function that returns what is not known of the packages, with what
// says when it is built.
func table(in, name, build string, paths []string, known func(key, name string) bool) ([]byte, error) {
	imp := importer.ForCompiler(token.NewFileSet(), "source", nil)
	var imports, body bytes.Buffer
	for _, p := range paths {
		pkg, err := imp.Import(p)
		if err != nil {
			return nil, fmt.Errorf("import %s: %w", p, err)
		}
		if text := entries(pkg, known); text != "" {
			fmt.Fprintf(&imports, "%s %q\n", alias(p), p)
			fmt.Fprintf(&body, "%q: {\n%s},\n", path.Join(p, pkg.Name()), text)
		}
	}
	var file bytes.Buffer
	fmt.Fprintf(&file, "// Code generated by gen. DO NOT EDIT.\n\n%spackage %s\n\nimport (\n", build, in)
	if strings.Contains(body.String(), "constant.") {
		fmt.Fprintf(&file, "\"go/constant\"\n\"go/token\"\n")
	}
	fmt.Fprintf(&file, "\"reflect\"\n\n%s\n\"github.com/traefik/yaegi/interp\"\n)\n\n", &imports)
	title := strings.ToUpper(name[:1]) + name[1:]
	fmt.Fprintf(&file, "// %s is the table of %s.\nfunc %s() interp.Exports {\nreturn interp.Exports{\n%s}\n}\n", title, name, title, &body)
	return format.Source(file.Bytes())
}

// alias cannot clash with the packages that every table imports.
func alias(importPath string) string {
	return "p_" + strings.NewReplacer("/", "_", ".", "_").Replace(importPath)
}

// entries is the lines of a package in a table.
func entries(pkg *types.Package, known func(key, name string) bool) string {
	key := path.Join(pkg.Path(), pkg.Name())
	var b strings.Builder
	for _, name := range pkg.Scope().Names() {
		object := pkg.Scope().Lookup(name)
		if !object.Exported() || generic(object) || known(key, name) {
			continue
		}
		ref := alias(pkg.Path()) + "." + name
		switch object := object.(type) {
		case *types.Const:
			fmt.Fprintf(&b, "%q: reflect.ValueOf(%s),\n", name, constantValue(ref, object))
		case *types.TypeName:
			fmt.Fprintf(&b, "%q: reflect.ValueOf((*%s)(nil)),\n", name, ref)
		case *types.Var:
			fmt.Fprintf(&b, "%q: reflect.ValueOf(&%s).Elem(),\n", name, ref)
		default:
			fmt.Fprintf(&b, "%q: reflect.ValueOf(%s),\n", name, ref)
		}
	}
	return b.String()
}

// constantValue keeps an untyped constant untyped, as the interpreter expects it.
func constantValue(ref string, c *types.Const) string {
	b, ok := c.Type().(*types.Basic)
	kind := map[constant.Kind]string{constant.Int: "INT", constant.Float: "FLOAT", constant.String: "STRING"}[c.Val().Kind()]
	if !ok || b.Info()&types.IsUntyped == 0 || kind == "" {
		return ref
	}
	return fmt.Sprintf("constant.MakeFromLiteral(%q, token.%s, 0)", c.Val().ExactString(), kind)
}

// generic says whether an object can only be used with type arguments, or as a constraint.
func generic(object types.Object) bool {
	switch t := object.Type().(type) {
	case *types.Signature:
		return t.TypeParams().Len() > 0
	case *types.Named:
		if i, ok := t.Underlying().(*types.Interface); ok && !i.IsMethodSet() {
			return true
		}
		return t.TypeParams().Len() > 0
	case *types.Alias:
		return t.TypeParams().Len() > 0
	}
	return false
}
