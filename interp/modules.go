package interp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"

	"github.com/parago/parago/interp/cell"
	"github.com/parago/parago/interp/check"
)

// Modules are what cells can import besides the standard library: packages of modules, by
// a go.mod of the session's own. Load, Get, Replace and Drop may take long. They tell what
// they do line by line, and return the packages that are not what they were before; the
// other methods return at once. All may be called from any goroutine.
type Modules interface {
	check.External
	// Load makes packages ready to be imported, if they are of modules. Of one that is not
	// to be had, Export says why; the error is that of ctx.
	Load(ctx context.Context, paths []string, tell func(line string)) (changed []string, err error)
	// Get adds modules, or changes their versions: PATH or PATH@VERSION.
	Get(ctx context.Context, queries []string, tell func(line string)) (changed []string, err error)
	// Replace has a module come from a folder, or from another module.
	Replace(ctx context.Context, module, by string, tell func(line string)) (changed []string, err error)
	// Drop undoes what Get or Replace has done.
	Drop(ctx context.Context, module string, tell func(line string)) (changed []string, err error)
	// Work has a command run in a folder with go.mod, which it may change.
	Work(ctx context.Context, run func(dir string) error, tell func(line string)) (changed []string, err error)
	// ReplaceByWork replaces modules by the folders that a go.work in Work's folder says.
	ReplaceByWork(ctx context.Context, tell func(line string)) (changed []string, err error)
	// File is the text of go.mod, "" if there is none yet.
	File() (string, error)
	// Use says that cells are made with packages, which therefore must stay as they are.
	Use(paths []string)
	// Edition tells what a package is from what it is after a change, in this session or
	// another. It is "" for packages that are not modules'.
	Edition(path string) string
	// Setenv sets a variable of the environment.
	Setenv(name, value string)
	// Begin says that cells begin anew, in a new process, where the session runs and what
	// its environment has besides this process's.
	Begin(dir string, env []string)
	// Reset forgets go.mod. Begin follows.
	Reset()
	Close() error
}

// elsewhere is where a session's packages come from that Parago does not have itself.
type elsewhere struct {
	mu      sync.Mutex
	modules Modules // nil: there are none, or none yet
	last    Modules // to be closed
	why     error   // that there are none
	env     [][2]string
}

var _ check.External = (*elsewhere)(nil)

// Export opens what the compiler has made of a package.
func (e *elsewhere) Export(path string) (io.ReadCloser, error) {
	modules, why := e.get()
	switch {
	case modules != nil:
		return modules.Export(path)
	case !strings.Contains(strings.Split(path, "/")[0], "."):
		return nil, fs.ErrNotExist
	}
	return nil, fmt.Errorf("package %s is a module's, and only compiled cells can import those: %w", path, why)
}

// Names are the names of packages, by path.
func (e *elsewhere) Names() map[string]string {
	if modules, _ := e.get(); modules != nil {
		return modules.Names()
	}
	return nil
}

func (e *elsewhere) get() (Modules, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.modules == nil && e.why == nil {
		return nil, errors.New("no cell has run yet")
	}
	return e.modules, e.why
}

// set says where packages come from: from modules, or why from nowhere.
func (e *elsewhere) set(modules Modules, why error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.modules, e.why = modules, why
	if modules == nil {
		return
	}
	e.last = modules
	for _, v := range e.env {
		modules.Setenv(v[0], v[1])
	}
}

func (e *elsewhere) close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.last == nil {
		return nil
	}
	return e.last.Close()
}

// setenv sets a variable of the environment in which modules are fetched.
func (e *elsewhere) setenv(name, value string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.env = append(e.env, [2]string{name, value})
	if e.modules != nil {
		e.modules.Setenv(name, value)
	}
}

// fetch makes the packages of modules that a cell needs ready for the check. Questions
// about the session are answered meanwhile.
func (s *Session) fetch(ctx context.Context, origin string, c *cell.Cell) error {
	modules, _ := s.elsewhere.get()
	if modules == nil {
		return nil
	}
	names := s.names()
	paths := names.External(c)
	if len(paths) == 0 {
		return nil
	}
	changed, err := modules.Load(ctx, paths, s.teller(origin))
	names.Forget(changed)
	return err
}

func (s *Session) teller(origin string) func(line string) {
	return func(line string) { s.options.Sink.Write(origin, Stderr, []byte(line+"\n")) }
}

// used says of which packages a cell is made.
func (s *Session) used(u *check.Unit) {
	if modules, _ := s.elsewhere.get(); modules != nil {
		modules.Use(u.Packages())
	}
}

// GetModules adds modules to the session, or changes their versions: PATH or PATH@VERSION.
// What is done is told under the origin. The error of this and the next ones is an *Error,
// or that of ctx.
func (s *Session) GetModules(ctx context.Context, origin string, queries ...string) error {
	return s.editModules(ctx, origin, func(ctx context.Context, m Modules) ([]string, error) {
		return m.Get(ctx, queries, s.teller(origin))
	})
}

// ReplaceModule has a module come from a folder, whose name is absolute, or from another
// module: PATH@VERSION.
func (s *Session) ReplaceModule(ctx context.Context, origin, module, by string) error {
	return s.editModules(ctx, origin, func(ctx context.Context, m Modules) ([]string, error) {
		return m.Replace(ctx, module, by, s.teller(origin))
	})
}

// DropModule undoes what GetModules and ReplaceModule have done.
func (s *Session) DropModule(ctx context.Context, origin, module string) error {
	return s.editModules(ctx, origin, func(ctx context.Context, m Modules) ([]string, error) {
		return m.Drop(ctx, module, s.teller(origin))
	})
}

// WorkOnModules has a command run in the folder of the session's go.mod, which it may change.
func (s *Session) WorkOnModules(ctx context.Context, origin string, run func(dir string) error) error {
	return s.editModules(ctx, origin, func(ctx context.Context, m Modules) ([]string, error) {
		return m.Work(ctx, run, s.teller(origin))
	})
}

// ReplaceByWork has modules come from the folders that a go.work says, if a command has made one
// in the folder of the session's go.mod.
func (s *Session) ReplaceByWork(ctx context.Context, origin string) error {
	return s.editModules(ctx, origin, func(ctx context.Context, m Modules) ([]string, error) {
		return m.ReplaceByWork(ctx, s.teller(origin))
	})
}

// ModuleFile is the text of the session's go.mod, "" if there is none yet.
func (s *Session) ModuleFile(ctx context.Context, origin string) (text string, err error) {
	err = s.editModules(ctx, origin, func(_ context.Context, m Modules) (_ []string, err error) {
		text, err = m.File()
		return nil, err
	})
	return text, err
}

// editModules changes the session's modules between two cells.
func (s *Session) editModules(ctx context.Context, origin string, edit func(context.Context, Modules) ([]string, error)) error {
	s.running.Lock()
	defer s.running.Unlock()
	err := s.interruptible(ctx, func(ctx context.Context) error {
		if err := s.settle(ctx, origin); err != nil {
			return err
		}
		modules, why := s.elsewhere.get()
		if modules == nil {
			return fmt.Errorf("only compiled cells can import modules: %w", why)
		}
		changed, err := edit(ctx, modules)
		s.names().Forget(changed)
		return err
	})
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	return &Error{Kind: RunError, Name: "ModuleError", Value: err.Error(), Err: err}
}
