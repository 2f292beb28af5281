package logs

import (
	"context"
	"encoding"
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"slices"
	"time"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

// An entry is a record as it crosses.
type entry struct {
	Process string
	PID     int
	Time    time.Time
	Level   int
	Message string
	Attrs   []entryAttr
}

// An entryAttr is an attribute: a group, or a value as its own encoding.
type entryAttr struct {
	Key   string
	Group []entryAttr // of a group
	Value []byte      // an any
}

// A forwarder is a handler that sends records to the parent.
type forwarder struct {
	logs   *Logs
	attrs  []slog.Attr // given by With, under groups[0] of groups' first …
	groups []string    // open groups, the outermost first
	at     []int       // how many of attrs were there when each was opened
}

func (h *forwarder) state() (on bool, level slog.Level, before slog.Handler) {
	l := h.logs
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.on, l.level, l.before
}

func (h *forwarder) Enabled(ctx context.Context, level slog.Level) bool {
	on, least, before := h.state()
	if !on {
		return before.Enabled(ctx, level)
	}
	return level >= least
}

func (h *forwarder) Handle(ctx context.Context, r slog.Record) error {
	attrs := h.nested(r)
	if on, _, before := h.state(); !on {
		plain := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
		plain.AddAttrs(attrs...)
		return before.Handle(ctx, plain)
	}
	e := entry{Process: h.logs.node.Role.Name, PID: os.Getpid(), Time: r.Time, Level: int(r.Level), Message: r.Message, Attrs: h.logs.entryAttrs(attrs)}
	data, err := h.logs.node.Codec.Encode(nil, reflect.ValueOf(e))
	if err != nil {
		return err
	}
	return h.logs.node.Up.Out.Send(wire.Frame{Kind: task.FrameLog, Data: data})
}

func (h *forwarder) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	return &forwarder{h.logs, append(slices.Clip(h.attrs), attrs...), h.groups, h.at}
}

func (h *forwarder) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return &forwarder{h.logs, h.attrs, append(slices.Clip(h.groups), name), append(slices.Clip(h.at), len(h.attrs))}
}

// nested returns all attributes, those of open groups in their groups.
func (h *forwarder) nested(r slog.Record) []slog.Attr {
	all := slices.Clone(h.attrs)
	r.Attrs(func(a slog.Attr) bool {
		all = append(all, a)
		return true
	})
	for i := len(h.groups) - 1; i >= 0; i-- {
		at := h.at[i]
		inner := slog.Attr{Key: h.groups[i], Value: slog.GroupValue(slices.Clone(all[at:])...)}
		all = append(all[:at], inner)
	}
	return all
}

func (l *Logs) entryAttrs(attrs []slog.Attr) (out []entryAttr) {
	for _, a := range attrs {
		v := a.Value.Resolve()
		if v.Kind() == slog.KindGroup {
			if inner := l.entryAttrs(v.Group()); len(inner) > 0 {
				out = append(out, entryAttr{Key: a.Key, Group: inner})
			}
			continue
		}
		if a.Key != "" || v.Any() != nil {
			out = append(out, entryAttr{Key: a.Key, Value: l.entryValue(v)})
		}
	}
	return out
}

// shownValue is x, or its text if that is how handlers show it.
func shownValue(x any) any {
	var text func() any
	switch t := x.(type) {
	case error:
		return fault.ErrorText(t)
	case time.Time, time.Duration:
		return x
	case encoding.TextMarshaler:
		text = func() any {
			if text, err := t.MarshalText(); err == nil {
				return string(text)
			}
			return x
		}
	case fmt.Stringer:
		text = func() any { return t.String() }
	default:
		return x
	}
	if shown, ok := fault.Bounded(text); ok {
		return shown
	}
	return fault.BadMethods(x)
}

// entryValue encodes a value: as text if that is how handlers show it or it cannot cross.
func (l *Logs) entryValue(v slog.Value) []byte {
	x := shownValue(v.Any())
	data, err := l.node.Codec.Encode(nil, reflect.ValueOf(&x).Elem())
	if err != nil {
		x = fmt.Sprintf("%+v", x)
		data, _ = l.node.Codec.Encode(nil, reflect.ValueOf(&x).Elem())
	}
	return data
}

// record makes a record of what a child has sent.
func (l *Logs) record(data []byte) (e entry, r slog.Record, err error) {
	if err := l.node.Codec.Decode(data, reflect.ValueOf(&e)); err != nil {
		return e, r, err
	}
	attrs, err := l.attrs(e.Attrs)
	if err != nil {
		return e, r, err
	}
	r = slog.NewRecord(e.Time, slog.Level(e.Level), e.Message, 0)
	r.AddAttrs(slog.String("process", e.Process), slog.Int("pid", e.PID))
	r.AddAttrs(attrs...)
	return e, r, nil
}

func (l *Logs) attrs(in []entryAttr) (out []slog.Attr, err error) {
	for _, a := range in {
		if len(a.Group) > 0 {
			inner, err := l.attrs(a.Group)
			if err != nil {
				return nil, err
			}
			out = append(out, slog.Attr{Key: a.Key, Value: slog.GroupValue(inner...)})
			continue
		}
		var x any
		if err := l.node.Codec.Decode(a.Value, reflect.ValueOf(&x)); err != nil {
			return nil, fmt.Errorf("attribute %s: %w", a.Key, err)
		}
		out = append(out, slog.Any(a.Key, x))
	}
	return out, nil
}
