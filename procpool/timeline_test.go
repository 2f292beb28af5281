//go:build unix

package procpool_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/parago/parago/procpool"
)

// timelineFuncs are what the tasks of these tests run.
var timelineFuncs = []any{endsAs}

func endsAs(how string) int {
	time.Sleep(20 * time.Millisecond)
	switch how {
	case "fail":
		panic("as asked")
	case "die":
		return dies("kill")
	case "hang":
		time.Sleep(time.Hour)
	}
	return 1
}

func TestTraceRecordsWhatBecameOfEachTask(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	var line procpool.Timeline
	before := time.Now()
	_, err := procpool.Map(p, endsAs, []string{"", "fail", "", "die", ""}, procpool.Trace(&line))
	if err == nil {
		t.Fatal("no error")
	}
	procpool.Map(p, endsAs, []string{"hang"}, procpool.Trace(&line), procpool.Timeout(100*time.Millisecond))
	f := procpool.Submit(p, endsAs, "hang", procpool.Trace(&line))
	eventually(t, "the task runs", func() bool {
		return slices.ContainsFunc(p.Workers(), func(w procpool.WorkerInfo) bool { return w.Busy })
	})
	time.Sleep(50 * time.Millisecond)
	f.Cancel()
	f.Get()
	after := time.Now()

	outcomes := map[int][]procpool.Outcome{}
	for _, s := range line.Spans() {
		for len(outcomes[s.Call]) <= s.Index {
			outcomes[s.Call] = append(outcomes[s.Call], "")
		}
		outcomes[s.Call][s.Index] = s.Outcome
		if s.Func == "" || s.Worker == "" || s.PID == 0 {
			t.Errorf("who ran what? %+v", s)
		}
		if s.Submitted.Before(before) || s.Begun.Before(s.Submitted) || s.Ended.Before(s.Begun) || after.Before(s.Ended) {
			t.Errorf("times of %+v", s)
		}
		if took := s.Ended.Sub(s.Begun); took < 15*time.Millisecond {
			t.Errorf("task %d ran for %s only", s.Index, took)
		}
		if (s.Err == "") != (s.Outcome == procpool.OutcomeSucceeded) {
			t.Errorf("error of %+v", s)
		}
	}
	const ok = procpool.OutcomeSucceeded
	for i, want := range [][]procpool.Outcome{{ok, procpool.OutcomeFailed, ok, procpool.OutcomeDied, ok}, {procpool.OutcomeTimedOut}, {procpool.OutcomeCanceled}} {
		if !slices.Equal(outcomes[i], want) {
			t.Errorf("outcomes of call %d are %v, want %v", i, outcomes[i], want)
		}
	}
}

func TestTraceTellsWhatNeverBegan(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1)
	var line procpool.Timeline
	f := procpool.Submit(p, endsAs, "hang")
	queued := procpool.Submit(p, endsAs, "", procpool.Trace(&line))
	queued.Cancel()
	f.Cancel()
	if _, err := queued.Get(); !errors.Is(err, procpool.ErrCanceled) {
		t.Fatal(err)
	}
	spans := line.Spans()
	if len(spans) != 1 || spans[0].Outcome != procpool.OutcomeCanceled || !spans[0].Begun.IsZero() || spans[0].Worker != "" {
		t.Errorf("spans %+v", spans)
	}
}

func TestATimelineIsBounded(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	line := procpool.Timeline{Limit: 10}
	_, err := procpool.Map(p, square, upTo(25), procpool.Trace(&line))
	check(t, err)
	if n := len(line.Spans()); n != 10 || line.Dropped() != 15 {
		t.Errorf("%d spans, %d dropped", n, line.Dropped())
	}
}

func TestATimelineIsWrittenForTraceViewers(t *testing.T) {
	t.Parallel()
	p := newPool(t, 2)
	var line procpool.Timeline
	_, err := procpool.Map(p, square, upTo(3), procpool.Trace(&line))
	check(t, err)
	var b bytes.Buffer
	n, err := line.WriteTo(&b)
	check(t, err)
	if n != int64(b.Len()) {
		t.Errorf("WriteTo returned %d, wrote %d", n, b.Len())
	}
	var trace struct {
		TraceEvents []struct {
			Name string
			Ph   string
			TS   float64
			Dur  float64
			TID  int
			Args map[string]any
		}
	}
	check(t, json.Unmarshal(b.Bytes(), &trace))
	var boxes, rows int
	for _, e := range trace.TraceEvents {
		switch e.Ph {
		case "X":
			boxes++
			if e.TS < 0 || e.TID == 0 || e.Args["outcome"] != "succeeded" {
				t.Errorf("event %+v", e)
			}
		case "M":
			if e.Name == "thread_name" {
				rows++
			}
		}
	}
	if boxes != 3 || rows < 1 || rows > 2 {
		t.Errorf("%d boxes in %d rows:\n%s", boxes, rows, &b)
	}
}
