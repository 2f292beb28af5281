package check

import (
	"go/token"
	"io/fs"
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
	world   *world         // the objects of what view holds
	mention mentioners     // of the keys of view's declarations
	epoch   int            // counts commits
	last    *Unit          // that was committed
	retired int            // versions superseded since the last sweep
}

// NewScope returns the scope of an empty session.
func NewScope(o Options) *Scope {
	return &Scope{
		lib:     newLibrary(o),
		fset:    token.NewFileSet(),
		view:    newView(nil),
		imports: &imports{names: map[string]imported{}},
		count:   map[string]int{},
		world:   newWorld(),
		mention: mentioners{},
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
