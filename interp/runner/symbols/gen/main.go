// Gen writes tables of exported names for the interpreter: of one package, or,
// for "std", of the packages of the standard library that glue may use; for "late", of the others. Generic
// names are in none: package interpreted instantiates their source.
//
// The interpreter has such tables too, but fills maps with them as a program starts, which takes a
// worker longer than all else that it does then. The linker makes these.
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
	"math/big"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/parago/parago/interp/agree"
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
	t, ok := alone[os.Args[1]]
	if !ok {
		t = table{in: symbols, name: path.Base(os.Args[1])}
	}
	text, err := t.source([]string{os.Args[1]})
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
	tables  = "github.com/parago/parago/interp/runner/symbols"
)

// packages are those of the tables of the standard library.
var packages = map[string]string{"std": symbols, "late": late}

// alone are packages of the standard library that have a table of their own.
var alone = map[string]table{"log/syslog": {in: late, name: "syslog", build: "//go:build !windows && !plan9\n\n"}}

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
			fresh, err := table{in, "std", "//go:build\n\n"}.source(standard(in == symbols))
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
	"syscall":                "another one on each system: the interpreter has tables of all",
	"log/syslog":             "not on all systems: it has a table of its own",
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

// A table is the source of a variable with packages, and of a function that returns it.
type table struct {
	in, name string // the package that it is in, and what it is called
	build    string // what says when it is built
}

// source is the text of the table.
func (t table) source(paths []string) ([]byte, error) {
	imp := importer.ForCompiler(token.NewFileSet(), "source", nil)
	w := writer{imports: map[string]bool{}}
	if t.in != symbols {
		w.own = symbols + "."
		w.imports[tables] = true
	}
	for _, p := range paths {
		pkg, err := imp.Import(p)
		if err != nil {
			return nil, fmt.Errorf("import %s: %w", p, err)
		}
		w.pack(pkg)
	}
	var file bytes.Buffer
	fmt.Fprintf(&file, "// Code generated by gen. DO NOT EDIT.\n\n%s//lint:file-ignore SA1019 cells may use what is deprecated\n\npackage %s\n\nimport (\n", t.build, t.in)
	for _, p := range slices.Sorted(maps.Keys(w.imports)) {
		if p == tables {
			fmt.Fprintf(&file, "%q\n", p)
			continue
		}
		fmt.Fprintf(&file, "%s %q\n", alias(p), p)
	}
	title := strings.ToUpper(t.name[:1]) + t.name[1:]
	fmt.Fprintf(&file, ")\n\n// %s is the table of %s.\nfunc %s() []%sPackage { return %sTable }\n\n", title, t.name, title, w.own, t.name)
	fmt.Fprintf(&file, "var %sTable = []%sPackage{\n%s}\n%s", t.name, w.own, &w.packages, &w.types)
	return format.Source(file.Bytes())
}

// A writer writes what packages have into a table.
type writer struct {
	own      string          // what the table's types are named by: "" or symbols.
	imports  map[string]bool // by path
	packages bytes.Buffer
	types    bytes.Buffer // that stand for interfaces
}

// pack adds a package, if it exports anything that is not generic.
func (w *writer) pack(pkg *types.Package) {
	var names, interfaces bytes.Buffer
	for _, name := range pkg.Scope().Names() {
		object := pkg.Scope().Lookup(name)
		if !object.Exported() || generic(object) {
			continue
		}
		fmt.Fprintf(&names, "{Name: %q, Is: %s},\n", name, w.value(alias(pkg.Path())+"."+name, object))
		if t, ok := object.(*types.TypeName); ok {
			if i, ok := t.Type().Underlying().(*types.Interface); ok && !internal(i) {
				fmt.Fprintf(&interfaces, "{Name: %q, Is: (*%s)(nil)},\n", "_"+name, w.stand(pkg, name, i))
			}
		}
	}
	if names.Len() == 0 {
		return
	}
	w.imports[pkg.Path()] = true
	fmt.Fprintf(&w.packages, "{Path: %q, Names: []%sName{\n%s}", pkg.Path(), w.own, &names)
	if interfaces.Len() > 0 {
		fmt.Fprintf(&w.packages, ", Interfaces: []%sName{\n%s}", w.own, &interfaces)
	}
	w.packages.WriteString("},\n")
}

// value is what a table has of an object.
func (w *writer) value(ref string, object types.Object) string {
	switch object := object.(type) {
	case *types.Const:
		return w.constant(ref, object)
	case *types.TypeName:
		return "(*" + ref + ")(nil)"
	case *types.Var:
		return "&" + ref
	}
	return ref
}

// constant keeps a constant without a type so, as the interpreter expects it. What the compiler can
// tell is left to it: a table is for all systems.
func (w *writer) constant(ref string, c *types.Const) string {
	b, ok := c.Type().(*types.Basic)
	if !ok || b.Info()&types.IsUntyped == 0 {
		return ref
	}
	switch c.Val().Kind() {
	case constant.Int:
		if _, ok := constant.Int64Val(c.Val()); ok {
			return w.own + "Whole(" + ref + ")"
		}
		return fmt.Sprintf("%sBig(%q)", w.own, c.Val().ExactString())
	case constant.String:
		return w.own + "Text(" + ref + ")"
	case constant.Float:
		f, ok := constant.Val(c.Val()).(*big.Float)
		if r, rational := constant.Val(c.Val()).(*big.Rat); rational {
			f, ok = new(big.Float).SetRat(r), true
		}
		if ok {
			return fmt.Sprintf("%sFloat(%q)", w.own, f.Text('g', int(f.Prec())))
		}
	}
	return ref
}

// stand writes a type that has an interface's methods: each calls the function in a field. The interpreter fills
// them in to make an interface out of a value of its own. It returns the type's name.
func (w *writer) stand(pkg *types.Package, name string, i *types.Interface) string {
	stand := "i" + strings.TrimPrefix(alias(pkg.Path()), "p") + "_" + name
	var fields, methods bytes.Buffer
	for m := range i.Methods() {
		if !m.Exported() {
			continue
		}
		params, args, results := w.signature(m.Signature())
		call := "W.W" + m.Name() + "(" + args + ")"
		if results != "" {
			call = "return " + call
		}
		if m.Name() == "String" { // the interpreter may not have it
			call = "if W.WString == nil {\nreturn \"\"\n}\n" + call
		}
		fmt.Fprintf(&fields, "W%s func(%s) (%s)\n", m.Name(), params, results)
		fmt.Fprintf(&methods, "func (W %s) %s(%s) (%s) {\n%s\n}\n", stand, m.Name(), params, results, call)
	}
	fmt.Fprintf(&w.types, "\n// %s is a %s.%s.\ntype %s struct {\nIValue any\n%s}\n%s", stand, pkg.Path(), name, stand, &fields, &methods)
	return stand
}

// internal reports whether an interface's methods are for the standard library alone.
func internal(i *types.Interface) (found bool) {
	types.TypeString(i, func(pkg *types.Package) string {
		found = found || strings.Contains(pkg.Path(), "internal")
		return ""
	})
	return found
}

// signature is a method's parameters, what passes them on, and its results.
func (w *writer) signature(s *types.Signature) (params, args, results string) {
	var ps, as, rs []string
	for v := range s.Params().Variables() {
		arg, typ := fmt.Sprintf("a%d", len(ps)), w.typ(v.Type())
		if s.Variadic() && len(ps) == s.Params().Len()-1 {
			ps, as = append(ps, arg+" ..."+strings.TrimPrefix(typ, "[]")), append(as, arg+"...")
			continue
		}
		ps, as = append(ps, arg+" "+typ), append(as, arg)
	}
	for v := range s.Results().Variables() {
		rs = append(rs, w.typ(v.Type()))
	}
	return strings.Join(ps, ", "), strings.Join(as, ", "), strings.Join(rs, ", ")
}

// typ is a type as the table's file has it.
func (w *writer) typ(t types.Type) string {
	return types.TypeString(t, func(pkg *types.Package) string {
		w.imports[pkg.Path()] = true
		return alias(pkg.Path())
	})
}

// alias is what tables call a package. It clashes with nothing.
func alias(importPath string) string {
	return "p_" + strings.NewReplacer("/", "_", ".", "_").Replace(importPath)
}

// generic says whether an object can only be used with type arguments, or as a constraint.
func generic(object types.Object) bool {
	switch t := object.Type().(type) {
	case *types.Signature:
		return t.TypeParams().Len() > 0
	case *types.Named:
		return constrains(t) || t.TypeParams().Len() > 0
	case *types.Alias:
		return constrains(t) || t.TypeParams().Len() > 0
	}
	return false
}

// constrains says whether a type can only be a constraint.
func constrains(t types.Type) bool {
	i, ok := t.Underlying().(*types.Interface)
	return ok && !i.IsMethodSet()
}
