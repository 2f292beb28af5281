package check

import (
	"go/token"
	"io/fs"
	"maps"
	"sync"
)

// Options say what a Scope knows besides the standard library.
type Options struct {
	// Sources are packages known by their source: import path → the folder's files.
	// Each can also be imported by the last part of its path. A folder inside is the
	// package of the longer path.
	Sources map[string]fs.FS
	// External has all other packages. Nil: there are none.
	External External
	// Standard is the standard library of the toolchain that compiles the cells. Nil: the one
	// of the Go that built this program, as far as there is an archive of it.
	Standard Standard
}

// A Scope is the names of a session after the cells committed so far. Its methods
// may be called from any goroutine; Check and Commit of one cell belong together.
type Scope struct {
	lib *library

	mu      sync.Mutex
	fset    *token.FileSet // the files of all cells that were checked
	view    *view
	imports *imports
	count   map[string]int // of versions, by key
	base    *build         // of view; nil if there is none that fits
	epoch   int            // counts commits
}

// NewScope returns the scope of an empty session.
func NewScope(o Options) *Scope {
	return &Scope{
		lib:     newLibrary(o),
		fset:    token.NewFileSet(),
		view:    &view{names: map[string]target{}, methods: map[*decl]map[string]*decl{}},
		imports: &imports{names: map[string]imported{}},
		count:   map[string]int{},
	}
}

// addFiles makes positions of a cell known to the type checker.
func (s *Scope) addFiles(cell *token.FileSet) {
	cell.Iterate(func(f *token.File) bool {
		if s.fset.File(token.Pos(f.Base())) == nil && s.fset.File(token.Pos(f.Base()+f.Size())) == nil {
			s.fset.AddExistingFiles(f)
		}
		return true
	})
}

// A view is what the session's names stand for.
type view struct {
	names   map[string]target
	methods map[*decl]map[string]*decl // of each version of a type, by name
}

func (v *view) clone() *view {
	return &view{names: maps.Clone(v.names), methods: maps.Clone(v.methods)}
}

// live reports whether t is what its key stands for.
func (v *view) live(t target) bool {
	d, ok := t.(*decl)
	if ok && d.recv != "" {
		typ, _ := v.names[d.recv].(*decl)
		return typ != nil && v.methods[typ][d.nameIdent().Name] == d
	}
	key, _ := t.ident()
	return v.names[key] == t
}

// spell is the name by which the type checker knows t.
func (v *view) spell(t target) string {
	if v.live(t) {
		key, _ := t.ident()
		return key
	}
	return alias(t)
}

// attach gives a version of a type a method. The map is copied, as other views share it.
func (v *view) attach(typ, method *decl) {
	m := maps.Clone(v.methods[typ])
	if m == nil {
		m = map[string]*decl{}
	}
	m[method.nameIdent().Name] = method
	v.methods[typ] = m
}

// lookup finds the live version of a declaration's key, nil if there is none.
func (v *view) lookup(d *decl) target {
	if d.recv == "" {
		return v.names[d.key]
	}
	typ, _ := v.names[d.recv].(*decl)
	if m := v.methods[typ][d.nameIdent().Name]; typ != nil && m != nil {
		return m
	}
	return nil
}

// decls calls yield for each live declaration, methods with their types.
func (v *view) decls(yield func(*decl) bool) {
	for _, t := range v.names {
		d, ok := t.(*decl)
		if !ok {
			continue
		}
		if !yield(d) {
			return
		}
		for _, m := range v.methods[d] {
			if !yield(m) {
				return
			}
		}
	}
}
