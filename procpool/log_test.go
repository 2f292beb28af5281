//go:build unix

package procpool_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parago/parago/procpool"
)

var logFuncs = []any{logs, logsOften, logsInTask, logsBelow, logsHere, logsOnDemand}

func logs() {
	fmt.Println("H13 printed before")
	slog.Info("hello", "n", 3, slog.Group("g", "x", 1.5, "none", nil))
	slog.Debug("too low")
	l := procpool.Logger().With("a", 1).WithGroup("outer").With("b", true).WithGroup("inner")
	l.Warn("nested", "c", 'x', "d", time.Second, "err", errors.New("bad"), "list", []int{1, 2}, "ch", make(chan int) != nil)
	l.Error("functions do not cross", "f", struct{ F func() }{func() {}})
	if slog.Default().Enabled(context.Background(), slog.LevelDebug) {
		slog.Error("debug is enabled")
	}
}

func logsOften(n int) {
	for i := range n {
		slog.Info("often", "i", i)
	}
	os.Exit(3) // at once
}

func logsInTask(i int) int {
	slog.Info("task", "i", i)
	return i
}

func logsBelow() {
	p := procpool.NewProcess(logsInTask, 7)
	if err := p.Start(); err != nil {
		panic(err)
	}
	p.Join()
}

// logsHere is a program with a logger of its own, and children.
func logsHere(q *procpool.Queue[string]) {
	var b bytes.Buffer
	procpool.SetLogger(slog.New(slog.NewTextHandler(&b, nil)))
	logsBelow()
	q.Put(b.String())
}

func logsOnDemand(ask, answer *procpool.Queue[bool]) {
	for range 2 {
		ask.Get()
		slog.Debug("on demand")
		answer.Put(true)
	}
}

// A recordList keeps records as JSON.
type recordList struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *recordList) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *recordList) take(t *testing.T) (out []map[string]any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := json.NewDecoder(&l.b)
	for d.More() {
		var m map[string]any
		check(t, d.Decode(&m))
		delete(m, "time")
		out = append(out, m)
	}
	return out
}

func TestH13_recordsArrive(t *testing.T) {
	var got recordList
	level := &slog.LevelVar{}
	procpool.SetLogger(slog.New(slog.NewJSONHandler(&got, &slog.HandlerOptions{Level: level})))
	defer procpool.SetLogger(nil)
	p := start(t, logs)
	check(t, p.Wait())
	me := fmt.Sprintf(`"process":%q,"pid":%d`, p.Name, p.PID())
	for i, want := range []string{
		`{"level":"INFO","msg":"hello",` + me + `,"n":3,"g":{"x":1.5,"none":null}}`,
		`{"level":"WARN","msg":"nested",` + me + `,"a":1,"outer":{"b":true,"inner":{"c":120,"d":1000000000,"err":"bad","list":[1,2],"ch":true}}}`,
		`{"level":"ERROR","msg":"functions do not cross",` + me + `,"a":1,"outer":{"b":true,"inner":{"f":"{F:0x`,
	} {
		line, err := got.b.ReadString('\n')
		check(t, err)
		if _, after, _ := strings.Cut(line, ","); !strings.HasPrefix("{"+after, want) {
			t.Errorf("record %d is %s, want %s", i, line, want)
		}
	}
	if got.b.Len() > 0 {
		t.Errorf("and %s", got.b.String())
	}

	// All of a process's records are there when Join returns, and a task's when it is done.
	start(t, logsOften, 500).Join()
	if all := got.take(t); len(all) != 500 || all[499]["i"] != 499.0 {
		t.Errorf("%d of 500 records", len(all))
	}
	pool := newPool(t, 2)
	for i := range 20 {
		_, err := procpool.Submit(pool, logsInTask, i).Get()
		check(t, err)
		if all := got.take(t); len(all) != 1 || all[0]["i"] != float64(i) || !strings.HasPrefix(all[0]["process"].(string), "PoolWorker-") {
			t.Fatalf("task %d: %v", i, all)
		}
	}

	// A grandchild's go the whole way.
	p = start(t, logsBelow)
	p.Join()
	if all := got.take(t); len(all) != 1 || all[0]["process"] != p.Name+":1" {
		t.Errorf("of a grandchild: %v", all)
	}

	// A process with a logger of its own keeps what is below it.
	q := procpool.NewQueue[string](0)
	p = start(t, logsHere, q)
	p.Join()
	if text, _ := q.Get(); !strings.Contains(text, "process="+p.Name+":1 ") || len(got.take(t)) != 0 {
		t.Errorf("kept %q", text)
	}

	// SetLogger reaches a process that runs.
	ask, answer := procpool.NewQueue[bool](0), procpool.NewQueue[bool](0)
	start(t, logsOnDemand, ask, answer)
	ask.Put(true)
	answer.Get()
	if all := got.take(t); len(all) != 0 {
		t.Errorf("below the level: %v", all)
	}
	level.Set(slog.LevelDebug)
	procpool.SetLogger(procpool.Logger())
	ask.Put(true)
	answer.Get()
	eventually(t, "the record is here", func() bool { return len(got.take(t)) == 1 })
}

func TestH13_aHandlerThatPanicsHarmsNobody(t *testing.T) {
	procpool.SetLogger(slog.New(panickyHandler{slog.DiscardHandler}))
	defer procpool.SetLogger(nil)
	check(t, start(t, logs).Wait())
}

type panickyHandler struct{ slog.Handler }

func (panickyHandler) Enabled(context.Context, slog.Level) bool  { return true }
func (panickyHandler) Handle(context.Context, slog.Record) error { panic("in a handler") }

func TestH13_logToStderr(t *testing.T) {
	l := procpool.LogToStderr(slog.LevelWarn)
	defer procpool.SetLogger(nil)
	p := start(t, logs)
	p.Join()
	want := fmt.Sprintf("[WARN/%s] nested a=1 outer.b=true outer.inner.c=120 outer.inner.d=1s outer.inner.err=bad", p.Name)
	l.Info("too low")
	l.With("k", 1).Error("from here")
	text := capture.stderrText()
	if !strings.Contains(text, want) || strings.Contains(text, "[INFO/"+p.Name) || !strings.Contains(text, "[ERROR/MainProcess] from here k=1\n") {
		t.Errorf("stderr lacks %q:\n%s", want, text)
	}
}

func TestH13_withoutALogger(t *testing.T) {
	p := start(t, logs)
	p.Join()
	if text := capture.stderrText(); !strings.Contains(text, "INFO hello n=3 g.x=1.5") {
		t.Errorf("stderr %s", text)
	}
	if procpool.Logger() != slog.Default() {
		t.Error("another logger than slog's")
	}
}
