package compiled

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/parago/parago/interp/check"
	"github.com/parago/parago/interp/write/outlive"
)

// PathPrefix is how the import paths of cells' packages begin.
const PathPrefix = "parago/cells/"

// Runtime is the package that generated code calls.
const Runtime = "github.com/parago/parago/interp/runner/rt"

// A Package is a cell for the compiler. A cell that only declares has no Text yet.
type Package struct {
	Path    string
	Text    []byte
	Imports []string // import paths that Text mentions
	Needs   []string // packages of earlier cells, in load order, without Path itself

	Files map[string]int // file names of line directives → execution count of their cell; all that Text has, and the cell's
	Notes []string       // what the user should hear

	Funcs []string // names of functions that the process can find once it is open
	Types []string
	Vars  []string

	items map[string]*item
	homes map[string]string // of groups that are written here
	src   *source           // of the cell
	slots []slot
	keeps []string // keys of functions that what may outlive the cell keeps as they are
	stays []string // keys of functions that are declared anew, and that something keeps as they were
}

// A Generator writes the cells of one session. One goroutine at a time may use it.
type Generator struct {
	// Edition tells packages of one path from each other, if not all are the same in all
	// sessions. It is "" for those that are. May be nil.
	Edition func(path string) string

	items map[string]*item    // all versions of declarations, by name
	homes map[string]string   // package paths, by identity of a group of declarations
	needs map[string][]string // packages that a package imports, by path
	files map[string]int      // execution counts, by file name

	sources map[string][]string // files that a package's text is of, by its path
	texts   map[*token.FileSet]*source

	shared map[string]bool            // variables that others than statements of the top level can reach
	slots  map[string]map[string]bool // of packages, by declaration and what they stand for
	kept   map[string]bool            // keys of functions that something keeps as they were
	vars   map[string]bool            // variables that are there
	types  map[string]bool            // types that have been written

	shapes func(typ string, comparable bool) []string
}

// New returns the Generator of a new session. Shapes, if it is not nil, says which types made
// of a cell's type are to be compiled along with it.
func New(shapes func(typ string, comparable bool) []string) *Generator {
	return &Generator{
		items: map[string]*item{}, homes: map[string]string{}, needs: map[string][]string{}, files: map[string]int{}, sources: map[string][]string{},
		texts: map[*token.FileSet]*source{}, shared: map[string]bool{}, vars: map[string]bool{}, types: map[string]bool{}, slots: map[string]map[string]bool{}, kept: map[string]bool{}, shapes: shapes}
}

// An item is one version of a declaration.
type item struct {
	name string
	decl *check.Decl
	unit *check.Unit // that it was checked in
	src  *source
}

// A source is the text of a cell.
type source struct {
	text  string
	file  string // as line directives call it
	lines []int  // offsets
}

func newSource(text string) *source {
	s := &source{text: text, file: "cell·" + digest(text) + ".go", lines: []int{0}}
	for i := range len(text) {
		if text[i] == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

// offset is where a position lies in the text.
func (s *source) offset(p token.Position) int {
	if p.Line < 1 || p.Line > len(s.lines) {
		return len(s.text)
	}
	return min(s.lines[p.Line-1]+p.Column-1, len(s.text))
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// Generate writes a checked cell, of which text is the source. Nothing in the Generator
// changes until the Package is committed.
func (g *Generator) Generate(u *check.Unit, text string, n int) (p *Package, err error) {
	p = g.note(u, text, n)
	for _, d := range u.Decls {
		if g.kept[d.Key] {
			p.stays = append(p.stays, d.Key)
		}
	}
	defer func() {
		if p != nil {
			p.Notes = append(p.Notes, outlive.Note(p.stays)...)
		}
	}()
	if len(u.Stmts) == 0 && u.Result == nil && !u.RunMain && len(u.Inits) == 0 && !g.awaited(u) {
		return p, nil
	}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case problem:
			p, err = nil, r.error
		default: // a fault of ours takes no session along
			p, err = nil, fmt.Errorf("the cell could not be written as a package: %v", r)
		}
	}()
	f := newFile(g, p, u, p.src)
	f.write()
	return p, nil
}

// awaited reports whether a cell declares functions for which there may be slots: then they are
// compiled at once.
func (g *Generator) awaited(u *check.Unit) bool {
	for _, d := range u.Decls {
		if len(g.slots[d.Key]) > 0 {
			return true
		}
	}
	return false
}

// Commit says that the session has p.
func (g *Generator) Commit(p *Package) {
	maps.Copy(g.homes, p.homes)
	maps.Copy(g.files, p.Files)
	if p.Path != "" {
		g.sources[p.Path] = sorted(p.Files)
	}
	for _, v := range p.Vars {
		g.vars[v] = true
	}
	for _, s := range p.slots {
		if g.slots[s.key] == nil {
			g.slots[s.key] = map[string]bool{}
		}
		g.slots[s.key][s.id] = true
	}
	for _, key := range p.keeps {
		g.kept[key] = true
	}
	for _, t := range p.Types {
		g.types[t] = true
	}
	if p.Path != "" {
		g.needs[p.Path] = Cells(p.Imports)
	}
}

// FilesOf are the files that frames of packages can be of, with the execution counts of their
// cells.
func (g *Generator) FilesOf(paths []string) map[string]int {
	out := map[string]int{}
	for _, path := range paths {
		for _, file := range g.sources[path] {
			out[file] = g.files[file]
		}
	}
	return out
}

// Cells are those of import paths that are packages of cells.
func Cells(paths []string) []string {
	var out []string
	for _, p := range paths {
		if strings.HasPrefix(p, PathPrefix) {
			out = append(out, p)
		}
	}
	return out
}

// closure is a list of packages with all that they import, in load order.
func (g *Generator) closure(paths []string) []string {
	var out []string
	seen := map[string]bool{}
	var visit func(p string)
	visit = func(p string) {
		if seen[p] {
			return
		}
		seen[p] = true
		for _, n := range g.needs[p] {
			visit(n)
		}
		out = append(out, p)
	}
	for _, p := range paths {
		visit(p)
	}
	return out
}

// A problem ends Generate.
type problem struct{ error }

// A Refusal is valid Go that packages of cells cannot say.
type Refusal struct {
	Pos token.Position
	Msg string
}

func (r *Refusal) Error() string { return r.Pos.String() + ": " + r.Msg }

func fail(pos token.Position, format string, args ...any) {
	panic(problem{&Refusal{pos, fmt.Sprintf(format, args...)}})
}

// isType reports whether an item is a type, and which.
func (it *item) typeSpec() (*ast.TypeSpec, bool) {
	s, ok := it.decl.Node.(*ast.TypeSpec)
	return s, ok
}

// isMethod reports whether the item is a method.
func (it *item) isMethod() bool {
	fn, ok := it.decl.Node.(*ast.FuncDecl)
	return ok && fn.Recv != nil
}

// isGeneric reports whether the item is a generic function or type, or a method of one.
func (it *item) isGeneric() bool {
	switch o := it.decl.Obj.(type) {
	case *types.Func:
		sig := o.Signature()
		return sig.TypeParams().Len() > 0 || sig.RecvTypeParams().Len() > 0
	case *types.TypeName:
		s, ok := it.typeSpec()
		return ok && s.TypeParams != nil
	}
	return false
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
