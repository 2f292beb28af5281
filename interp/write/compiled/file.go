package compiled

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/parago/parago/interp/check"
)

// export is put before names that other packages must see: a capital letter that no
// program uses.
const export = "Ⲡ"

// mark joins the parts of names that are ours.
const mark = "۰"

// pathHere stands for the package's own path until the text is complete and has its digest.
const pathHere = "parago/cells/here"

// A file is the text of one package.
type file struct {
	gen   *Generator
	p     *Package
	u     *check.Unit // of the cell
	src   *source
	nodes []ast.Node // that the cell runs
	graph *graph

	here    map[string]bool   // items written in this package
	imports map[string]string // import path → alias
	locals  map[string]string // name by which an item is known here, by item name
	taken   map[string]bool   // package-level names of types
	needed  []func()          // text that mentions call for: aliases, constants, variables
	done    map[string]bool   // of those
	homes   map[string]string // identities of the groups written here
	depth   map[string]string // identity of each item's group

	head    strings.Builder // aliases, constants, variables
	body    strings.Builder // declarations
	table   strings.Builder // what Register is told
	entries []entry
	lits    int
	zeros   int
	recurs  map[string]bool // functions that may call themselves
}

func newFile(g *Generator, p *Package, u *check.Unit, src *source) *file {
	return &file{
		gen: g, p: p, u: u, src: src, graph: newGraph(p, u),
		here: map[string]bool{}, imports: map[string]string{}, locals: map[string]string{}, taken: map[string]bool{},
		done: map[string]bool{}, homes: map[string]string{}, depth: map[string]string{}, recurs: map[string]bool{},
	}
}

// write fills the Package.
func (f *file) write() {
	nodes := make([]ast.Node, 0, len(f.u.Stmts)+len(f.u.Inits)+1)
	for _, s := range f.u.Stmts {
		nodes = append(nodes, s)
	}
	for _, in := range f.u.Inits {
		nodes = append(nodes, in)
	}
	if f.u.Result != nil {
		nodes = append(nodes, f.u.Result)
	}
	f.nodes = nodes
	m := mentionsOf(f.u, nodes...)
	if f.u.RunMain {
		for _, d := range f.u.Decls {
			if d.Key == "main" {
				m.decls[d.Name] = true
			}
		}
	}
	f.follow(m)
	groups := f.graph.components(sorted(m.decls))
	f.place(groups)
	for _, group := range groups {
		f.graph.touch(group)
		for _, name := range group {
			if f.here[name] {
				f.declare(f.p.items[name])
			}
		}
	}
	f.run()
	f.settle()
	f.finish()
}

// of notes that the package has text of a cell.
func (f *file) of(src *source) {
	if _, own := f.p.Files[src.file]; !own {
		f.p.Files[src.file] = f.gen.files[src.file]
	}
}

// follow adds the functions of the cell that slots are to hold from now on, and notes those for which
// that is not so, as their type has changed.
func (f *file) follow(m mentions) {
	for _, d := range f.u.Decls {
		ids := f.gen.slots[d.Key]
		switch {
		case len(ids) == 0:
		case ids[f.slotID(f.p.items[d.Name])]:
			m.decls[d.Name] = true
		default:
			f.p.stays = append(f.p.stays, d.Key)
		}
	}
}

// place decides for each group whether a package has it, or this one will.
func (f *file) place(groups [][]string) {
	for _, group := range groups {
		members := map[string]bool{}
		for _, name := range group {
			members[name] = true
		}
		var id strings.Builder
		around := map[string]bool{}
		for _, name := range sorted(members) {
			fmt.Fprintf(&id, "%s;", name)
			for d := range f.graph.of(name).decls {
				if !members[d] {
					around[f.depth[d]] = true
				}
			}
		}
		for _, d := range sorted(around) {
			fmt.Fprintf(&id, "%s,", d)
		}
		key := digest(id.String())
		home := f.homeOf(key)
		for _, name := range group {
			f.depth[name] = key
			f.here[name] = home == ""
			f.recurs[name] = f.callsItself(name, members)
		}
		if home == "" {
			f.homes[key] = pathHere
			f.rewritten(group)
		}
	}
}

// homeOf is the package of a group, "" if it is in none yet.
func (f *file) homeOf(key string) string {
	if h := f.p.homes[key]; h != "" {
		return h
	}
	return f.gen.homes[key]
}

// callsItself reports whether a function can come back to itself by way of functions that
// its text names. They are all of its group.
func (f *file) callsItself(name string, group map[string]bool) bool {
	seen := map[string]bool{}
	var reaches func(from string) bool
	reaches = func(from string) bool {
		it := f.p.items[from]
		if it == nil {
			return false
		}
		if _, ok := it.decl.Node.(*ast.FuncDecl); !ok {
			return false
		}
		for d := range f.graph.of(from).decls {
			if d == name {
				return true
			}
			if group[d] && !seen[d] {
				seen[d] = true
				if reaches(d) {
					return true
				}
			}
		}
		return false
	}
	return reaches(name)
}

// home is the package of an item, "" if it is this one.
func (f *file) home(name string) string {
	if f.here[name] {
		return ""
	}
	h := f.homeOf(f.depth[name])
	if h == "" {
		panic(problem{fmt.Errorf("internal error: %s is in no package", name)})
	}
	return h
}

// settle writes what the text has called for, which may call for more.
func (f *file) settle() {
	for len(f.needed) > 0 {
		next := f.needed[0]
		f.needed = f.needed[1:]
		next()
	}
}

// need writes something once, after what is being written.
func (f *file) need(what string, write func()) {
	if f.done[what] {
		return
	}
	f.done[what] = true
	f.needed = append(f.needed, write)
}

// first is a package's first function. The runtime takes the first name of a plugin that holds
// nothing but the package for none. The package has a type, too, whose description tells what package it
// is: package native refers to that.
//
// Its file has a long name. The runtime takes a file's number for wrong, and tells no file and no line, if it is not less
// than the bytes in the names of all files, and the compiler numbers the files of what a package imports, too.
func first() string {
	return "//line " + strings.Repeat("parago/", longName/len("parago/")) + "parago.go:1\n//go:noinline\nfunc Ⲡ۰first() {}\n\n//line parago.go:1\ntype Ⲡ۰home struct{}\n\n"
}

// longName is more than a package has files of its own and of others.
const longName = 1400

// finish puts the text together and names it.
func (f *file) finish() {
	var b strings.Builder
	b.WriteString("package main\n\nimport (\n")
	rt := f.pkg(Runtime)
	for _, p := range f.imported() {
		fmt.Fprintf(&b, "\t%s %q\n", f.imports[p], p)
		f.p.Imports = append(f.p.Imports, p)
	}
	b.WriteString(")\n\n")
	b.WriteString(first())
	b.WriteString(f.head.String())
	b.WriteString(f.body.String())
	fmt.Fprintf(&b, "\n//line parago.go:1\nfunc init() {\n\tⲠ۰first()\n\t%s.Register(&%s.Package{\n\t\tPath: %q,\n%s\t})\n}\n\nfunc main() {}\n", rt, rt, pathHere, f.table.String())
	f.p.Path = PathPrefix + digest(b.String()+f.editions())
	f.p.Text = []byte(strings.ReplaceAll(b.String(), pathHere, f.p.Path))
	for key := range f.homes {
		f.p.homes[key] = f.p.Path
	}
	needs := f.gen.closure(Cells(f.p.Imports))
	f.p.Needs = needs
}

// imported are the packages that the text names: that of a type may have been asked for in a
// text which could not be written, or which is asked for only to see whether it can. A package
// without a name is imported for what it does.
func (f *file) imported() []string {
	text := f.head.String() + f.body.String() + f.table.String()
	return slices.DeleteFunc(sorted(f.imports), func(p string) bool {
		name := f.imports[p]
		return p != Runtime && name != "_" && !strings.Contains(text, name+".")
	})
}

// pkg is the name under which this file imports a package.
func (f *file) pkg(p string) string {
	if a, ok := f.imports[p]; ok {
		return a
	}
	base := strings.Map(func(r rune) rune {
		if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, path.Base(p))
	switch {
	case p == Runtime:
		base = "rt"
	case strings.HasPrefix(p, PathPrefix):
		base = "c"
	}
	a := base + mark + strconv.Itoa(len(f.imports))
	f.imports[p] = a
	return a
}

// itemOf is the item that an object of a unit stands for, nil for what is no declaration.
func (f *file) itemOf(u *check.Unit, o types.Object) *item {
	d, _ := u.Lookup(o)
	if d == nil {
		return nil
	}
	it := f.p.items[d.Name]
	if it == nil {
		panic(problem{fmt.Errorf("internal error: %s is not known", d.Name)})
	}
	return it
}

// exported is how other packages call something of this one.
func exported(name string) string {
	if token.IsExported(name) {
		return name
	}
	return export + name
}

// funcName is what the function or the variable of a name is called in its package.
func funcName(name string) string { return export + strings.ReplaceAll(name, ".", mark) }

// methodName is what a method is called in all packages.
func methodName(name string) string {
	if name == "_" {
		return name
	}
	return exported(name)
}

// session reports whether a package is that of the session's names, as some check has it.
func session(p *types.Package) bool { return p != nil && p.Path() == check.Path }
