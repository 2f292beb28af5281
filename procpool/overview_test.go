//go:build unix

package procpool_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/parago/parago/procpool"
)

func TestInspectPools(t *testing.T) {
	p := newPool(t, 3)
	q := procpool.NewQueue[int](5)
	f := procpool.Submit(p, waitsFor, q)
	var busy procpool.WorkerInfo
	eventually(t, "a worker waits for the queue", func() bool {
		r := procpool.Inspect()
		waits := slices.ContainsFunc(r.Objects, func(o procpool.ObjectInfo) bool { return o.Capacity == 5 && o.Waiting == 1 })
		for _, pool := range r.Pools {
			for _, w := range pool.Workers {
				if pool.Size == 3 && w.Busy {
					busy = w
					return waits
				}
			}
		}
		return false
	})
	text := procpool.Inspect().String()
	for _, want := range []string{"Pools", "Workers", "Shared", busy.Name, fmt.Sprint(busy.PID), "busy", "waitsFor [0]"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	check(t, q.Put(1))
	if v, err := f.Get(); v != 1 || err != nil {
		t.Error(v, err)
	}
	html := procpool.Inspect().MIMEBundle()["text/html"]
	if !strings.Contains(html, "<td style=\"text-align:left\">"+busy.Name+"</td>") {
		t.Errorf("no %s in %s", busy.Name, html)
	}
	check(t, p.Close())
	for _, pool := range procpool.Inspect().Pools { // others come and go meanwhile
		if slices.ContainsFunc(pool.Workers, func(w procpool.WorkerInfo) bool { return w.Name == busy.Name }) {
			t.Errorf("%s is there after Close", pool.Name)
		}
	}
}

func TestInspectProcesses(t *testing.T) {
	p := start(t, sleepLong)
	find := func() (procpool.ProcessInfo, bool) {
		all := procpool.Inspect().Processes
		i := slices.IndexFunc(all, func(o procpool.ProcessInfo) bool { return o.Name == p.Name })
		if i < 0 {
			return procpool.ProcessInfo{}, false
		}
		return all[i], true
	}
	if got, ok := find(); !ok || got.PID != p.PID() || got.Exited {
		t.Errorf("running: %+v %v", got, ok)
	}
	check(t, p.Kill())
	p.Join()
	if got, ok := find(); !ok || !got.Exited || got.ExitCode != -9 {
		t.Errorf("killed: %+v %v", got, ok)
	}
	if text := procpool.Inspect().String(); !strings.Contains(text, p.Name) || !strings.Contains(text, "-9 (SIGKILL)") && !strings.Contains(text, "-9 (killed)") {
		t.Error(text)
	}
}

func TestInspectNothing(t *testing.T) {
	if got := (procpool.Report{}).MIMEBundle(); got["text/html"] != "" || !strings.Contains(got["text/plain"], "no pools") {
		t.Error(got)
	}
}
