package logs

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"

	"github.com/parago/parago/procpool/internal/node"
)

// A logSource is whose record is handled.
type logSource struct{ origin, process string }

type logSourceKey struct{}

// A stderrHandler writes to whom a record is from. What comes after the message is a
// slog.TextHandler's.
type stderrHandler struct {
	node  *node.Node
	level slog.Leveler
	with  []func(slog.Handler) slog.Handler
}

func (h *stderrHandler) Enabled(_ context.Context, level slog.Level) bool {
	return level >= h.level.Level()
}

func (h *stderrHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return h.and(func(t slog.Handler) slog.Handler { return t.WithAttrs(attrs) })
}

func (h *stderrHandler) WithGroup(name string) slog.Handler {
	return h.and(func(t slog.Handler) slog.Handler { return t.WithGroup(name) })
}

func (h *stderrHandler) and(f func(slog.Handler) slog.Handler) slog.Handler {
	return &stderrHandler{h.node, h.level, append(slices.Clip(h.with), f)}
}

func (h *stderrHandler) Handle(ctx context.Context, r slog.Record) error {
	from, remote := ctx.Value(logSourceKey{}).(logSource)
	if !remote {
		from = logSource{h.node.Origin(), h.node.Role.Name}
	}
	var b bytes.Buffer
	var rest slog.Handler = slog.NewTextHandler(&b, &slog.HandlerOptions{Level: h.level, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && slices.Contains(said, a.Key) {
			return slog.Attr{}
		}
		return a
	}})
	for _, f := range h.with {
		rest = f(rest)
	}
	if err := rest.Handle(ctx, r); err != nil {
		return err
	}
	line := fmt.Sprintf("[%s/%s] %s", r.Level, from.process, r.Message)
	if b.Len() > 1 {
		line += " " + b.String()
	} else {
		line += "\n"
	}
	h.node.Screen.Write(from.origin, true, []byte(line))
	return nil
}

// said is what a line begins with, or that tells a record's process.
var said = []string{slog.TimeKey, slog.LevelKey, slog.MessageKey, "process", "pid"}

// NewStderr is a logger that writes records from a level on to who they are from.
func NewStderr(n *node.Node, level slog.Leveler) *slog.Logger {
	return slog.New(&stderrHandler{node: n, level: level})
}
