package procpool

import (
	"log/slog"

	"github.com/parago/parago/procpool/internal/logs"
)

// SetLogger has the records of this process's children, and of theirs, handled by l: what they
// log with slog.Default() or [Logger], from the level on that l has when they start and when
// SetLogger is called. A record gets the attributes "process", the name of the process that it
// is from, and "pid"; its source is not known here. Records come in order with the output of
// their process, and before its end or its task's result. Nil ends it: children log to their
// own standard error again. A child may call SetLogger for its own children. Python's
// multiprocessing.get_logger, and the queue with a listener that its users write.
func SetLogger(l *slog.Logger) { this.Nursery.Levels.Set(l) }

// Logger returns the logger of SetLogger or, in a process whose parent has one, one whose
// records go there. Else it is slog.Default().
func Logger() *slog.Logger { return this.Nursery.Levels.Current() }

// LogToStderr sets a logger, as [SetLogger] does, that writes records from a level on to
// standard error; in a notebook, under the cell that started the process or submitted the task.
// Python's log_to_stderr, in its format:
//
//	[INFO/Process-1] hello n=3
func LogToStderr(level slog.Leveler) *slog.Logger {
	l := logs.NewStderr(this.Node, level)
	SetLogger(l)
	return l
}
