package interp

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/parago/parago/interp/runner/wire"
	"github.com/parago/parago/procpool/spawn"
)

// stopGrace is how long a session process may take to end by itself when its
// connection is closed, and again when it is asked by a signal.
const stopGrace = 500 * time.Millisecond

// errDied is what a process's callers get when it has ended under them.
var errDied = errors.New("the session process has ended")

// A process is the session process and the conversation with it. One goroutine,
// listen, reads its reports until it ends; close waits for that. A process is
// used until it dies, then replaced.
type process struct {
	child *spawn.Child
	conn  *wire.Conn
	sink  Sink
	ready chan struct{} // closed when the process reports so
	ended chan struct{} // closed by listen when it returns
	oom   spawn.OOMWatch

	mourned bool // its death has been told; owned by whoever evaluates

	mu     sync.Mutex // guards the rest
	task   *task      // the cell that runs, nil between cells
	origin string     // of that cell, or of the last one
	words  lastWords  // what stderr says before a death
	asked  int        // number of the last question
	finds  map[int]chan *wire.Found
	forced bool // it was killed because a cell did not stop
}

// A task is a Run on its way.
type task struct {
	id      int
	ctx     context.Context // ends with the cell or when it is interrupted: ends a wait for input
	cancel  context.CancelFunc
	loaded  func()
	done    chan *wire.Done
	stopped time.Time // of the first interrupt
}

// startProcess starts a session process. It does not wait until it is ready.
func startProcess(o Options) (*process, error) {
	p := &process{sink: o.Sink, ready: make(chan struct{}), ended: make(chan struct{}), finds: map[int]chan *wire.Found{}}
	p.oom.Start()
	child, err := spawn.Start(spawn.Command{
		Args:   append(append([]string{}, o.Command...), "-session"),
		Dir:    o.Dir,
		Env:    append(os.Environ(), o.Env...),
		Output: p.write,
	})
	if err != nil {
		return nil, fmt.Errorf("start the session process: %w", err)
	}
	p.child = child
	p.conn = wire.NewConn(child.Control())
	go p.listen()
	return p, nil
}

// write takes what the process itself, or a child that shares its descriptors, has printed.
func (p *process) write(stderr bool, b []byte) {
	p.mu.Lock()
	origin := p.origin
	if stderr {
		b = p.words.take(b)
	}
	p.mu.Unlock()
	if len(b) > 0 {
		p.sink.Write(origin, streamOf(stderr), b)
	}
}

// drain hands on all that the process has printed. It is called when the process
// has just reported something, so it lives.
func (p *process) drain() {
	p.child.Drain()
	p.mu.Lock()
	origin, held := p.origin, p.words.release()
	p.mu.Unlock()
	if len(held) > 0 {
		p.sink.Write(origin, Stderr, held)
	}
}

func streamOf(stderr bool) Stream {
	if stderr {
		return Stderr
	}
	return Stdout
}

// listen handles reports until the process ends.
func (p *process) listen() {
	defer close(p.ended)
	for {
		m, err := p.conn.Receive()
		if err != nil {
			break
		}
		p.handle(m)
	}
	p.child.Control().Close()
	<-p.child.Done()
}

// handle keeps one order: what the process printed before a report is handed on before it.
func (p *process) handle(m *wire.Message) {
	switch {
	case m.Ready != nil:
		close(p.ready)
	case m.Loaded != nil:
		if t := p.current(m.Loaded.ID); t != nil {
			t.loaded()
		}
	case m.Outputs != nil:
		p.drain()
		for _, o := range m.Outputs {
			for chunk := range o.Chunks {
				p.sink.Write(o.Origin, streamOf(o.Stderr), chunk)
			}
		}
	case m.Display != nil:
		p.drain()
		p.sink.Display(m.Display.Origin, Display{Data: mimeBundle(m.Display), DisplayID: m.Display.DisplayID, Update: m.Display.Update})
	case m.Clear != nil:
		p.drain()
		p.sink.ClearOutput(m.Clear.Origin, m.Clear.Wait)
	case m.Flush != nil:
		p.drain()
		p.conn.Send(&wire.Message{Flushed: &wire.Flushed{Seq: m.Flush.Seq}})
	case m.Input != nil:
		p.drain()
		p.input(m.Input)
	case m.Found != nil:
		p.found(m.Found)
	case m.Done != nil:
		p.drain()
		if t := p.current(m.Done.ID); t != nil {
			t.done <- m.Done
		}
	}
}

// input has the user asked, on a goroutine that ends with the answer or the cell.
func (p *process) input(in *wire.Input) {
	ctx := context.Background()
	p.mu.Lock()
	if p.task != nil {
		ctx = p.task.ctx
	}
	p.mu.Unlock()
	go func() {
		line := &wire.Line{Seq: in.Seq}
		var err error
		if line.Text, err = p.sink.Input(ctx, in.Origin, in.Prompt, in.Password); err != nil {
			line.Err = err.Error()
		}
		p.conn.Send(&wire.Message{Line: line})
	}()
}

func (p *process) current(id int) *task {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.task != nil && p.task.id == id {
		return p.task
	}
	return nil
}

// run runs a program and returns what it came to, or errDied.
func (p *process) run(ctx context.Context, r *wire.Run, loaded func()) (*wire.Done, error) {
	if err := p.wait(ctx); err != nil {
		return nil, err
	}
	t := &task{id: r.ID, loaded: loaded, done: make(chan *wire.Done, 1)}
	t.ctx, t.cancel = context.WithCancel(ctx)
	defer t.cancel()
	p.mu.Lock()
	p.task, p.origin = t, r.Origin
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		p.task = nil
		p.mu.Unlock()
	}()
	if err := p.conn.Send(&wire.Message{Run: r}); err != nil {
		<-p.ended
		return nil, errDied
	}
	stop := context.AfterFunc(ctx, func() { p.interrupt(0) })
	defer stop()
	select {
	case done := <-t.done:
		return done, nil
	case <-p.ended:
		return nil, errDied
	}
}

// wait waits until the process is ready.
func (p *process) wait(ctx context.Context) error {
	select {
	case <-p.ready:
		return nil
	case <-p.ended:
		return errDied
	case <-ctx.Done():
		return ctx.Err()
	}
}

// restore loads what the process before this one had.
func (p *process) restore(r *wire.Run) error {
	done, err := p.run(context.Background(), r, func() {})
	if err == nil && done.Err != nil {
		err = errors.New(done.Err.Text)
	}
	if err != nil {
		return fmt.Errorf("load the session's declarations again: %w", err)
	}
	return nil
}

// interrupt stops the running cell; the second time it kills, grace after the first.
func (p *process) interrupt(grace time.Duration) {
	p.mu.Lock()
	t := p.task
	if t == nil {
		p.mu.Unlock()
		return
	}
	first := t.stopped.IsZero()
	if first {
		t.stopped = time.Now()
	}
	left := grace - time.Since(t.stopped)
	p.mu.Unlock()
	if first {
		go func() { // a process that reads nothing must not hold the caller
			p.conn.Send(&wire.Message{Interrupt: &wire.Interrupt{ID: t.id}})
			t.cancel() // after it, so that the cell does not see its input fail first
		}()
		return
	}
	time.AfterFunc(max(0, left), func() {
		if p.current(t.id) == t {
			p.mu.Lock()
			p.forced = true
			p.mu.Unlock()
			p.child.Kill()
		}
	})
}

// close ends the process and returns when it and all that it has started are gone.
func (p *process) close() error {
	p.child.Stop(stopGrace)
	<-p.ended
	return nil
}

func (p *process) dead() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// reason says in a few words how the process ended.
func (p *process) reason() string {
	code, _ := p.child.ExitCode()
	p.mu.Lock()
	defer p.mu.Unlock()
	text := fmt.Sprintf("exit code %d", code)
	if code < 0 {
		text = "signal: " + syscall.Signal(-code).String()
	}
	switch {
	case p.forced:
		text += " when its cell did not stop"
	case syscall.Signal(-code) == syscall.SIGKILL && p.oom.Killed():
		text += " by the system, whose memory ran out"
	case syscall.Signal(-code) == syscall.SIGKILL, syscall.Signal(-code) == syscall.SIGTERM:
		text += " by its own code or from outside"
	}
	if last := p.words.reason(); last != "" {
		text += ": " + last
	}
	return text
}
