package interp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/parago/parago/interp/check"
)

// An Engine is how cells run.
type Engine string

// The engines.
const (
	Auto   Engine = "auto"   // Native if there is a toolchain, else Interp
	Native Engine = "native" // cells are compiled
	Interp Engine = "interp" // cells are interpreted
)

// A Toolchain has cells compiled.
type Toolchain interface {
	// Version is that of Go: "go1.26.8".
	Version() string
	// Ready returns what compiles cells, if nothing has to be done for it first.
	Ready() (*Compiled, bool)
	// Prepare does what has to be done, which may take a minute the first time, and
	// tells how far it is.
	Prepare(ctx context.Context, progress func(Progress)) (*Compiled, error)
}

// A Progress says how far a preparation is, and when it has begun.
type Progress struct {
	What  string // "compiling, 12 of 190 packages"
	Since time.Time
}

// Compiled is what compiles cells and runs them.
type Compiled struct {
	Command  []string // starts an interpreter process that opens plugins
	Compiler Compiler
	Modules  Modules        // that what Compiler compiles may import; nil: none
	Standard check.Standard // the standard library that Compiler knows; nil: that of the Go which has built this program
	Note     string         // what the user should hear of it, once
	// Complete does, while cells run, what they would have to wait for later. Nil: there is nothing.
	Complete func(ctx context.Context) error
}

// EngineInfo says how the cells of a session run.
type EngineInfo struct {
	Chosen Engine // by the user
	Active Engine // Native or Interp; "" before the first cell of a session that has to prepare
	Go     string // version of the toolchain, "" if there is none
	Why    error  // there is no toolchain; nil if there is one
}

// Engine says how cells run.
func (s *Session) Engine() EngineInfo {
	s.mu.Lock()
	defer s.mu.Unlock()
	info := EngineInfo{Chosen: s.engine, Active: s.active, Why: s.options.Missing}
	if s.options.Toolchain != nil {
		info.Go = s.options.Toolchain.Version()
	}
	return info
}

// SetEngine chooses how cells run from now on. If that is not how they run already, the
// session begins anew, without what cells have declared, and SetEngine reports so. It
// fails, and changes nothing, if the machine lacks what the engine needs.
func (s *Session) SetEngine(e Engine) (anew bool, err error) {
	s.running.Lock()
	defer s.running.Unlock()
	want := Native
	switch {
	case e != Auto && e != Native && e != Interp:
		return false, fmt.Errorf("there is no engine %q, but %s, %s and %s", e, Auto, Native, Interp)
	case e == Native && s.options.Toolchain == nil:
		return false, fmt.Errorf("cells cannot be compiled here: %w", s.missing())
	case e == Interp || s.options.Toolchain == nil:
		want = Interp
	}
	s.mu.Lock()
	before, active, closed := s.engine, s.active, s.closed
	s.engine = e
	s.mu.Unlock()
	switch {
	case closed:
		return false, errClosed
	case e == before, active == want, active == "" && want == Native:
		return false, nil
	}
	if err := s.anew(); err != nil {
		s.mu.Lock()
		s.engine = before
		s.mu.Unlock()
		return false, err
	}
	return true, nil
}

// anew begins the session again with the engine that is chosen.
func (s *Session) anew() error {
	s.mu.Lock()
	p, scope := s.process, s.scope
	s.scope = s.newScope(nil)
	s.mu.Unlock()
	begun, err := s.begin()
	s.mu.Lock()
	switch {
	case err != nil:
		s.scope = scope
	case !begun:
		s.active, s.backend, s.process = "", nil, nil
	}
	s.mu.Unlock()
	if err != nil || p == nil {
		return err
	}
	return p.close()
}

func (s *Session) missing() error {
	if s.options.Missing != nil {
		return s.options.Missing
	}
	return fmt.Errorf("no Go toolchain")
}

// begin starts a session process if nothing has to be prepared for it.
func (s *Session) begin() (begun bool, err error) {
	if s.engine == Interp || s.options.Toolchain == nil {
		return true, s.interpret()
	}
	if s.tools != nil {
		return true, s.compile(s.tools)
	}
	c, ok := s.options.Toolchain.Ready()
	if !ok {
		return false, nil
	}
	return true, s.compile(c)
}

// settle makes sure that there is an engine. What has to be prepared for it is shown under
// the cell that waits.
func (s *Session) settle(ctx context.Context, origin string) error {
	if s.backend != nil {
		return nil
	}
	n := s.notice(origin, "Preparing to compile cells with "+s.options.Toolchain.Version()+", once for this Go", "Prepared to compile cells")
	c, err := s.options.Toolchain.Prepare(ctx, n.show)
	n.end(err)
	switch {
	case err == nil:
		return s.compile(c)
	case ctx.Err() != nil:
		return ctx.Err()
	case s.engine == Native:
		return err
	}
	s.options.Sink.Write(origin, Stderr, fmt.Appendf(nil, "Cells are interpreted, since they cannot be compiled: %v\n", err))
	s.mu.Lock()
	s.options.Missing = err
	s.mu.Unlock()
	return s.interpret()
}

func (s *Session) interpret() error {
	if err := s.use(Interp, s.options.Command, newInterpBackend(s.scope)); err != nil {
		return err
	}
	why := s.missing()
	if s.options.Toolchain != nil && s.options.Missing == nil {
		why = errors.New("%engine native compiles them")
	}
	s.elsewhere.set(nil, why)
	return nil
}

func (s *Session) compile(c *Compiled) error {
	if err := s.use(Native, c.Command, newNativeBackend(c, s.notice)); err != nil {
		return err
	}
	if s.tools == nil && c.Complete != nil {
		s.warming.Go(func() { c.Complete(s.life) }) // an error comes again with the cell that meets it
	}
	if s.tools != c {
		s.note = c.Note
	}
	s.tools = c
	s.mu.Lock()
	s.scope = s.newScope(c.Standard) // no cell has been checked yet
	s.mu.Unlock()
	if c.Modules != nil {
		c.Modules.Begin(s.options.Dir, s.options.Env)
	}
	s.elsewhere.set(c.Modules, nil)
	return nil
}

// use starts a session process that takes what a back-end prepares.
func (s *Session) use(e Engine, command []string, b backend) error {
	launch := s.options
	launch.Command = command
	p, err := s.place.startAt(launch)
	if err != nil {
		return err
	}
	s.launch = launch
	s.mu.Lock()
	defer s.mu.Unlock()
	s.active, s.backend, s.process = e, b, p
	if s.closed {
		p.close()
	}
	return nil
}

// chosen is the engine that options ask for.
func (o Options) chosen() Engine { return cmp.Or(o.Engine, Auto) }
