package logs

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"os"
	"sync"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/node"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

// Logs is where records go.
type Logs struct {
	node *node.Node
	tell func(task.LogLevel)

	mu     sync.Mutex
	logger *slog.Logger // of SetLogger; guarded by mu, as is the rest
	on     bool         // the parent takes records
	level  slog.Level   // from which on
	before slog.Handler // slog's default handler until the parent took records
}

// New makes those of a process. Tell tells its children from which level on to send records.
func New(n *node.Node, tell func(task.LogLevel)) *Logs { return &Logs{node: n, tell: tell} }

// Set has records of children handled by h; nil: they go up, or nowhere.
func (l *Logs) Set(logger *slog.Logger) {
	l.mu.Lock()
	l.logger = logger
	l.mu.Unlock()
	l.tell(l.Wanted())
}

// Current returns the logger that was set or, in a process whose parent has one, one whose records go there. Else
// it is slog.Default().
func (l *Logs) Current() *slog.Logger {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.logger != nil:
		return l.logger
	case l.on:
		return slog.New(&forwarder{logs: l})
	}
	return slog.Default()
}

// Wanted is what this process's children are told.
func (l *Logs) Wanted() task.LogLevel {
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

// Inherit is told by the parent what records it takes.
func (l *Logs) Inherit(level task.LogLevel) {
	l.mu.Lock()
	if level.On && l.before == nil {
		l.before = slog.Default().Handler()
		flags := log.Flags()
		slog.SetDefault(slog.New(&forwarder{logs: l}))
		log.SetOutput(os.Stderr) // package log is left as it was
		log.SetFlags(flags)
	}
	changed := l.on != level.On || l.level != slog.Level(level.Level)
	l.on, l.level = level.On, slog.Level(level.Level)
	own := l.logger != nil
	l.mu.Unlock()
	if changed && !own {
		l.tell(l.Wanted())
	}
}

// Logged takes a record of a child that writes on behalf of origin: it goes up, or to the logger here. What the
// child had written before is out.
func (l *Logs) Logged(origin string, f wire.Frame) {
	l.mu.Lock()
	logger := l.logger
	l.mu.Unlock()
	if logger == nil {
		if l.node.Up != nil {
			l.node.Up.Out.Send(f)
		}
		return
	}
	e, record, err := l.record(f.Data)
	if err != nil {
		fmt.Fprintf(os.Stderr, "procpool: a record of %s: %v\n", e.Process, err)
		return
	}
	handle(logger, logSource{origin: origin, process: e.Process}, record)
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
