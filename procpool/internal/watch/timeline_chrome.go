package watch

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"
)

// A chromeEvent is a line of a trace in the format that Chrome made up and many tools read.
type chromeEvent struct {
	Name  string         `json:"name"`
	Cat   string         `json:"cat,omitempty"`
	Phase string         `json:"ph"`
	TS    float64        `json:"ts"` // in microseconds, as is Dur
	Dur   float64        `json:"dur,omitempty"`
	PID   int            `json:"pid"`
	TID   int            `json:"tid"`
	Color string         `json:"cname,omitempty"`
	Args  map[string]any `json:"args,omitempty"`
}

// chromeColors are names of colours that the viewers know.
var chromeColors = map[Outcome]string{OutcomeFailed: "terrible", OutcomeDied: "black", OutcomeTimedOut: "bad", OutcomeCanceled: "grey"}

// WriteTo writes the timeline as JSON that chrome://tracing, Perfetto (https://ui.perfetto.dev)
// and other viewers show: a row for each worker, a box for each task, with its element's index and what
// became of it. Times are counted from the first submission. Tasks that never began are left out.
// It returns the number of bytes written.
func (t *Timeline) WriteTo(w io.Writer) (int64, error) {
	spans := t.Spans()
	out := &counter{w: w}
	b := bufio.NewWriter(out)
	fmt.Fprint(b, `{"displayTimeUnit":"ms","traceEvents":[`)
	separator := "\n"
	put := func(e chromeEvent) error {
		data, err := json.Marshal(e)
		if err != nil {
			return err
		}
		b.WriteString(separator)
		b.Write(data)
		separator = ",\n"
		return nil
	}
	start := firstSubmission(spans)
	workers := map[int]string{}
	for _, s := range spans {
		if s.Begun.IsZero() {
			continue
		}
		workers[s.PID] = s.Worker
		if err := put(s.chrome(start)); err != nil {
			return out.n, err
		}
	}
	for i, pid := range slices.Sorted(maps.Keys(workers)) {
		put(chromeEvent{Name: "thread_name", Phase: "M", TID: pid, Args: map[string]any{"name": workers[pid]}})
		put(chromeEvent{Name: "thread_sort_index", Phase: "M", TID: pid, Args: map[string]any{"sort_index": i}})
	}
	fmt.Fprint(b, "\n]}\n")
	err := b.Flush()
	return out.n, err
}

func firstSubmission(spans []Span) (first time.Time) {
	for _, s := range spans {
		if first.IsZero() || s.Submitted.Before(first) {
			first = s.Submitted
		}
	}
	return first
}

func (s *Span) chrome(start time.Time) chromeEvent {
	name := s.Label
	if name == "" {
		name = s.Func
	}
	args := map[string]any{"index": s.Index, "call": s.Call, "outcome": s.Outcome, "waited_us": micros(s.Begun.Sub(s.Submitted)), "pid": s.PID}
	if s.Err != "" {
		args["error"] = s.Err
	}
	return chromeEvent{
		Name: fmt.Sprintf("%s [%d]", name, s.Index), Cat: "task", Phase: "X",
		TS: micros(s.Begun.Sub(start)), Dur: micros(s.Ended.Sub(s.Begun)),
		TID: s.PID, Color: chromeColors[s.Outcome], Args: args,
	}
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// A counter counts what passes through it.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}
