package interp

import (
	"cmp"
	"context"
	"fmt"
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
	// Prepare does what has to be done, which may take minutes the first time, and
	// tells of it line by line.
	Prepare(ctx context.Context, progress func(line string)) (*Compiled, error)
}

// Compiled is what compiles cells and runs them.
type Compiled struct {
	Command  []string // starts an interpreter process that opens plugins
	Compiler Compiler
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

// SetEngine chooses how cells run, from now on: the session begins anew, without what cells
// have declared. It fails, and changes nothing, if the machine lacks what the engine needs.
func (s *Session) SetEngine(e Engine) error {
	s.running.Lock()
	defer s.running.Unlock()
	if e == Native && s.options.Toolchain == nil {
		return fmt.Errorf("cells cannot be compiled here: %w", s.missing())
	}
	s.mu.Lock()
	p := s.process
	s.process, s.active, s.engine, s.backend = nil, "", e, nil
	s.scope = newScope()
	s.mu.Unlock()
	if p != nil {
		p.close()
	}
	_, err := s.begin()
	return err
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
	c, ok := s.options.Toolchain.Ready()
	if !ok {
		return false, nil
	}
	return true, s.compile(c)
}

// settle makes sure that there is an engine. What has to be prepared for it is told under
// the cell that waits.
func (s *Session) settle(ctx context.Context, origin string) error {
	if s.backend != nil {
		return nil
	}
	c, err := s.options.Toolchain.Prepare(ctx, func(line string) {
		s.options.Sink.Write(origin, Stderr, []byte(line+"\n"))
	})
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
	return s.use(Interp, s.options.Command, newInterpreted(s.scope))
}

func (s *Session) compile(c *Compiled) error {
	return s.use(Native, c.Command, newCompiled(c.Compiler))
}

// use starts a session process that takes what a back-end prepares.
func (s *Session) use(e Engine, command []string, b backend) error {
	s.launch = s.options
	s.launch.Command = command
	p, err := startProcess(s.launch)
	if err != nil {
		return err
	}
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
