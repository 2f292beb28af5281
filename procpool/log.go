package procpool

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"os"
	"sync"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

// logs is where records go.
type logs struct {
	mu     sync.Mutex
	logger *slog.Logger // of SetLogger; guarded by mu, as is the rest
	on     bool         // the parent takes records
	level  slog.Level   // from which on
	before slog.Handler // slog's default handler until the parent took records
}

// SetLogger has the records of this process's children, and of theirs, handled by l: what they
// log with slog.Default() or [Logger], from the level on that l has when they start and when
// SetLogger is called. A record gets the attributes "process", the name of the process that it
// is from, and "pid"; its source is not known here. Records come in order with the output of
// their process, and before its end or its task's result. Nil ends it: children log to their
// own standard error again. A child may call SetLogger for its own children. Python's
// multiprocessing.get_logger, and the queue with a listener that its users write.
func SetLogger(l *slog.Logger) {
	p := this
	p.logs.mu.Lock()
	p.logs.logger = l
	p.logs.mu.Unlock()
	p.tellLevel()
}

// Logger returns the logger of SetLogger or, in a process whose parent has one, one whose
// records go there. Else it is slog.Default().
func Logger() *slog.Logger {
	l := &this.logs
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.logger != nil:
		return l.logger
	case l.on:
		return slog.New(&forwarder{})
	}
	return slog.Default()
}

// logLevel is what this process's children are told.
func (p *process) logLevel() task.LogLevel {
	l := &p.logs
	l.mu.Lock()
	logger, inherited := l.logger, task.LogLevel{On: l.on, Level: int(l.level)}
	l.mu.Unlock()
	if logger == nil {
		return inherited
	}
	return task.LogLevel{On: true, Level: int(lowest(logger))}
}

// lowest finds the level from which on records are handled.
func lowest(l *slog.Logger) slog.Level {
	low, high := slog.Level(-128), slog.Level(128)
	for low < high { // enabled from high on, or not at all
		mid := low + (high-low)/2
		if l.Enabled(context.Background(), mid) {
			high = mid
			continue
		}
		low = mid + 1
	}
	return high
}

// tellLevel tells all children of a change.
func (p *process) tellLevel() {
	level := p.logLevel()
	p.mu.Lock()
	var children []*child
	for c := range p.children {
		children = append(children, c)
	}
	p.mu.Unlock()
	for _, c := range children {
		if c.send(task.FrameLogLevel, 0, level) == nil {
			c.out.Flush()
		}
	}
}

// inherit is told by the parent what records it takes.
func (p *process) inherit(level task.LogLevel) {
	l := &p.logs
	l.mu.Lock()
	if level.On && l.before == nil {
		l.before = slog.Default().Handler()
		flags := log.Flags()
		slog.SetDefault(slog.New(&forwarder{}))
		log.SetOutput(os.Stderr) // package log is left as it was
		log.SetFlags(flags)
	}
	changed := l.on != level.On || l.level != slog.Level(level.Level)
	l.on, l.level = level.On, slog.Level(level.Level)
	own := l.logger != nil
	l.mu.Unlock()
	if changed && !own {
		p.tellLevel()
	}
}

// logged takes a record of a child: it goes up, or to the logger here. What the child had
// written before is out.
func (p *process) logged(c *child, f wire.Frame) {
	p.logs.mu.Lock()
	logger := p.logs.logger
	p.logs.mu.Unlock()
	if logger == nil {
		if p.Up != nil {
			p.Up.Out.Send(f)
		}
		return
	}
	e, record, err := p.record(f.Data)
	if err != nil {
		fmt.Fprintf(os.Stderr, "procpool: a record of %s: %v\n", e.Process, err)
		return
	}
	c.mu.Lock()
	source := logSource{origin: c.origin, process: e.Process}
	c.mu.Unlock()
	handle(logger, source, record)
}

// handle calls a user's handler, whose panic must not end the goroutine that serves a child.
func handle(l *slog.Logger, from logSource, r slog.Record) {
	defer func() {
		if x := recover(); x != nil {
			fmt.Fprintf(os.Stderr, "procpool: %T.Handle: panic: %s\n", l.Handler(), fault.PanicText(x))
		}
	}()
	ctx := context.WithValue(context.Background(), logSourceKey{}, from)
	if h := l.Handler(); h.Enabled(ctx, r.Level) {
		h.Handle(ctx, r)
	}
}
