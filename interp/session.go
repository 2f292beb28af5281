package interp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/parago/parago/interp/cell"
	"github.com/parago/parago/interp/check"
	"github.com/parago/parago/interp/display"
	"github.com/parago/parago/interp/display/gonbui"
	"github.com/parago/parago/interp/runner/wire"
	"github.com/parago/parago/interp/vet"
	"github.com/parago/parago/interp/write/interpreted"
	"github.com/parago/parago/procpool"
)

// A Session is what cells share: the names that earlier ones declared, and the
// process that holds their values. Cells run one at a time; all other methods may
// be called at any time from any goroutine. A Session lives until Close.
type Session struct {
	options   Options        // set by New
	warming   sync.WaitGroup // of goroutines that prepare what cells may need; Close waits
	life      context.Context
	end       context.CancelFunc // called by Close: life ends
	elsewhere *elsewhere         // where packages come from that Parago does not have itself

	running sync.Mutex // held while a cell is evaluated; guards the next ones
	backend backend    // writes cells for the session process; nil until an engine is ready
	launch  Options    // how session processes are started
	place   place      // where session processes run
	serial  int        // numbers cells; unlike execution counts, never twice
	tools   *Compiled  // nil until they are ready
	note    string     // what the next cell tells of the tools

	mu      sync.Mutex        // guards the rest
	scope   *check.Scope      // names and types, as of the last committed cell
	sources map[string]string // of cells, by file name: In[3]
	losses  vet.Losses        // what functions write that would be lost in workers
	process *process          // nil until an engine is ready
	engine  Engine            // as chosen
	active  Engine            // Native or Interp, "" until one is ready
	closed  bool

	preparing context.CancelFunc // ends what happens before the cell runs; nil if nothing does
}

// New starts a session process and returns the session around it, which is ready
// for cells at once: the first waits until the process is. If the toolchain has to be
// prepared, the first cell does that, and says so.
func New(options Options) (*Session, error) {
	if options.Command == nil {
		exe, err := executable()
		if err != nil {
			return nil, fmt.Errorf("find the program that starts interpreter processes: %w", err)
		}
		options.Command = []string{exe, "worker"}
	}
	if options.Sink == nil {
		options.Sink = discard{}
	}
	if options.KillGrace == 0 {
		options.KillGrace = time.Second
	}
	s := &Session{options: options, elsewhere: &elsewhere{}, sources: map[string]string{}, engine: options.chosen()}
	s.life, s.end = context.WithCancel(context.Background())
	s.scope = s.newScope(nil)
	if _, err := s.begin(); err != nil {
		s.end()
		return nil, err
	}
	s.warming.Go(func() { s.names().Source(procpoolPath) }) // 50 ms, which the first cell that needs it would wait
	return s, nil
}

const procpoolPath = "github.com/parago/parago/procpool"

// newScope knows the packages that cells can use, those of the standard library as a toolchain has
// it, or as this program has.
func (s *Session) newScope(std check.Standard) *check.Scope {
	sources := interpreted.Library()
	sources[procpoolPath] = procpool.Source
	sources["github.com/parago/parago/interp/display"] = display.Source
	sources["github.com/parago/parago/interp/display/gonbui"] = gonbui.Source
	return check.NewScope(check.Options{Sources: sources, External: s.elsewhere, Standard: std})
}

// executable is this program. Linux has a name for it that stays true when the
// file is replaced, so that a running kernel's processes are of its own version.
func executable() (string, error) {
	const self = "/proc/self/exe"
	if _, err := os.Stat(self); err == nil {
		return self, nil
	}
	return os.Executable()
}

var errClosed = errors.New("the session is closed")

// Close ends the session process and all that it has started, and returns when
// they are gone. It is idempotent and safe while a cell runs, which then fails.
func (s *Session) Close() error {
	s.mu.Lock()
	s.closed = true
	p := s.process
	if s.preparing != nil {
		s.preparing()
	}
	s.mu.Unlock()
	s.end()
	s.warming.Wait()
	err := s.elsewhere.close()
	if p == nil {
		return err
	}
	return errors.Join(p.close(), err)
}

// Eval evaluates a cell: it parses, checks, places and runs it, and returns its
// result. The error is an *Error. If its Kind says that nothing has run, nothing
// has changed. Cancelling ctx interrupts the cell, as Interrupt does.
func (s *Session) Eval(ctx context.Context, c Cell) (*Result, error) {
	return s.evaluate(ctx, c, s.commit)
}

// Expr evaluates an expression on the side, as Jupyter's user_expressions: what it
// declares is forgotten. Otherwise it is Eval.
func (s *Session) Expr(ctx context.Context, c Cell) (*Result, error) {
	return s.evaluate(ctx, c, func(Cell, *check.Unit, *prepared) {})
}

// evaluate runs a cell; commit is called when the session process has its names.
func (s *Session) evaluate(ctx context.Context, c Cell, commit func(Cell, *check.Unit, *prepared)) (*Result, error) {
	done, err := s.perform(ctx, c, func(*wire.Run) {}, commit)
	if err != nil {
		return nil, s.describe(err)
	}
	return result(done), nil
}

// perform runs a cell; ask may add to what the session process is asked for.
func (s *Session) perform(ctx context.Context, c Cell, ask func(*wire.Run), commit func(Cell, *check.Unit, *prepared)) (*wire.Done, error) {
	s.running.Lock()
	defer s.running.Unlock()
	c = c.program()
	unit, p, err := s.prepare(ctx, c)
	if err != nil {
		return nil, err
	}
	for {
		p.run.Args = c.arguments()
		ask(p.run)
		done, err := s.run(ctx, c, p.run, func() { commit(c, unit, p) })
		if p.instead == nil || !isRejected(err) {
			return done, err
		}
		if p, err = p.instead(ctx); err != nil {
			return nil, err
		}
	}
}

// prepare is all that happens to a cell before anything runs. Interrupt ends it.
func (s *Session) prepare(ctx context.Context, c Cell) (unit *check.Unit, p *prepared, err error) {
	err = s.interruptible(ctx, func(ctx context.Context) error {
		if _, unit, err = s.ready(ctx, c); err != nil {
			return err
		}
		s.used(unit)
		p, err = s.backend.prepare(ctx, c, unit)
		return err
	})
	return unit, p, err
}

// ready is what happens to a cell before it is placed.
func (s *Session) ready(ctx context.Context, c Cell) (*cell.Cell, *check.Unit, error) {
	if err := s.settle(ctx, c.Origin); err != nil {
		return nil, nil, err
	}
	if s.note != "" {
		s.teller(c.Origin)(s.note)
		s.note = ""
	}
	parsed, err := s.parse(c)
	if err != nil {
		return nil, nil, s.tooOld(err)
	}
	if err := s.fetch(ctx, c.Origin, parsed); err != nil {
		return nil, nil, err
	}
	unit, err := s.names().Check(parsed)
	if err != nil {
		return nil, nil, s.tooOld(err)
	}
	unit.N = s.serial
	return parsed, unit, nil
}

// parse numbers a cell and parses it.
func (s *Session) parse(c Cell) (*cell.Cell, error) {
	s.serial++
	s.mu.Lock()
	s.sources[fmt.Sprintf("In[%d]", c.N)] = cmp.Or(c.Text, c.Source)
	s.mu.Unlock()
	return cell.Parse(c.N, c.Source)
}

// interruptible does something that Interrupt ends.
func (s *Session) interruptible(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.mu.Lock()
	closed := s.closed
	s.preparing = cancel
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.preparing = nil
		s.mu.Unlock()
	}()
	if closed {
		return errClosed
	}
	err := do(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// commit makes the cell's names the session's. It is called once the session
// process has them, before the cell's statements run: they may fail half-way.
func (s *Session) commit(c Cell, unit *check.Unit, p *prepared) {
	s.mu.Lock()
	lost := s.losses.Notes(unit)
	s.scope.Commit(unit)
	p.commit()
	s.mu.Unlock()
	for _, note := range append(unit.Notes, p.notes...) {
		s.options.Sink.Write(c.Origin, Stderr, []byte(note+"\n"))
	}
	if len(lost) > 0 { // it is none of the cell's output
		s.options.Sink.Display(c.Origin, Display{Data: Bundle{"text/plain": strings.Join(lost, "\n")}, DisplayID: NoticeID + c.Origin + "-lost"})
	}
}

// run has the session process run a cell. A process that died before is replaced
// first, also one whose death shows only now, before the cell has begun.
func (s *Session) run(ctx context.Context, c Cell, request *wire.Run, commit func()) (*wire.Done, error) {
	request.ID, request.Origin, request.AllowInput = s.serial, c.Origin, c.AllowInput
	var begun atomic.Bool
	begin := func() {
		begun.Store(true)
		commit()
	}
	for try := 1; ; try++ {
		p, err := s.alive(c.Origin)
		if err != nil {
			return nil, err
		}
		done, err := p.run(ctx, request, begin)
		switch {
		case err != nil && p.dead() && !begun.Load() && try == 1:
			continue
		case err != nil:
			return nil, s.died(p, err)
		case done.Err != nil:
			return nil, &failure{done.Err}
		}
		return done, nil
	}
}

// alive returns the session process, a new one with all declarations if the last has
// died. If nobody has heard of that death yet, the cell of that origin says so.
func (s *Session) alive(origin string) (*process, error) {
	s.mu.Lock()
	last, closed := s.process, s.closed
	s.mu.Unlock()
	switch {
	case closed:
		return nil, errClosed
	case !last.dead():
		return last, nil
	}
	if !last.mourned {
		s.options.Sink.Write(origin, Stderr, []byte(s.death(last).Error()+"\n"))
	}
	known := s.backend.restore()
	p, err := s.place.startAt(s.launch)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.process = p
	s.mu.Unlock()
	if known == nil {
		return p, nil
	}
	return p, p.restore(known)
}

// Interrupt stops the running cell, if there is one, and what runs in other
// processes on its behalf. It returns at once. The cell ends with an *Error of
// kind Interrupted. If it does not end, a second Interrupt kills the session
// process, KillGrace after the first.
func (s *Session) Interrupt() {
	s.mu.Lock()
	p := s.process
	if s.preparing != nil {
		s.preparing()
	}
	s.mu.Unlock()
	if p != nil {
		p.interrupt(s.options.KillGrace)
	}
}

// discard is a Sink for nobody.
type discard struct{}

func (discard) Write(string, Stream, []byte) {}
func (discard) Display(string, Display)      {}
func (discard) ClearOutput(string, bool)     {}
func (discard) Input(context.Context, string, string, bool) (string, error) {
	return "", fmt.Errorf("nobody to ask")
}

// died explains an error that run had from the process p.
func (s *Session) died(p *process, err error) error {
	if !p.dead() {
		return err
	}
	return s.death(p)
}

// death tells, once, of the end of p.
func (s *Session) death(p *process) error {
	p.mourned = true
	return &death{reason: p.reason(), lost: s.Variables(), dir: s.place.where()}
}
