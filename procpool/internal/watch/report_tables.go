package watch

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/pool"
	"github.com/parago/parago/procpool/view"
)

// String is r as tables of plain text.
func (r Report) String() string {
	if text := view.Tables(r.tables()...); text != "" {
		return text
	}
	return "There are no pools, no processes and nothing that they share."
}

// MIMEBundle is r by media type, for notebooks.
func (r Report) MIMEBundle() map[string]string {
	text := r.String()
	html := view.TablesHTML(r.tables()...)
	if html == "" {
		return map[string]string{"text/plain": text}
	}
	return map[string]string{"text/plain": text, "text/html": html}
}

func (r Report) tables() []view.Table {
	pools := view.Table{Title: "Pools", Header: []string{"pool", "size ", "workers ", "waiting ", "running ", "done ", "failed ", "retried ", "died ", "busy "}}
	workers := view.Table{Title: "Workers", Header: []string{"worker", "pool", "pid ", "state", "runs", "for ", "tasks ", "busy ", "cpu ", "memory "}}
	processes := view.Table{Title: "Processes", Header: []string{"process", "pid ", "state", "exit code", "cpu ", "memory "}}
	objects := view.Table{Title: "Shared", Header: []string{"object", "length ", "capacity ", "waiting ", "state"}}
	for _, p := range r.Pools {
		pools.Rows = append(pools.Rows, p.row())
		for _, w := range p.Workers {
			workers.Rows = append(workers.Rows, workerRow(w, p.Name))
		}
	}
	for _, p := range r.Processes {
		processes.Rows = append(processes.Rows, []string{p.Name, strconv.Itoa(p.PID), p.state(), p.exit(), duration(p.CPUTime), size(p.RSS)})
	}
	for _, o := range r.Objects {
		objects.Rows = append(objects.Rows, o.row())
	}
	return []view.Table{pools, workers, processes, objects}
}

func (p PoolInfo) row() []string {
	s := p.Stats
	row := []string{p.Name}
	for _, n := range []int{p.Size, len(p.Workers), s.Waiting, s.Running, s.Done, s.Failed, s.Retried, s.Died} {
		row = append(row, strconv.Itoa(n))
	}
	busy := ""
	if all := s.Busy + s.Idle; all > 0 {
		busy = fmt.Sprintf("%.0f%%", 100*float64(s.Busy)/float64(all))
	}
	return append(row, busy)
}

func workerRow(w pool.WorkerInfo, of string) []string {
	state, runs, since := "idle", "", ""
	if w.Busy {
		state = "busy"
	}
	if w.Func != "" {
		runs = fmt.Sprintf("%s [%d]", cmp.Or(w.Label, shortName(w.Func)), w.Index)
		since = view.Duration(time.Since(w.Since))
	}
	return []string{
		w.Name, of, strconv.Itoa(w.PID), state, runs, since, strconv.Itoa(w.Tasks),
		duration(w.BusyTime), duration(w.CPUTime), size(w.RSS),
	}
}

// duration and size leave out what is not known.
func duration(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return view.Duration(d)
}

func size(n int64) string {
	if n <= 0 {
		return ""
	}
	return view.Bytes(n)
}

// shortName is a function's name without its package's path, which a program's functions have.
func shortName(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

func (p ProcessInfo) state() string {
	state := "running"
	if p.Exited {
		state = "ended"
	}
	if p.Daemon {
		state += ", daemon"
	}
	return state
}

func (p ProcessInfo) exit() string {
	if !p.Exited {
		return ""
	}
	if name := fault.SignalName(p.ExitCode); name != "" {
		return fmt.Sprintf("%d (%s)", p.ExitCode, name)
	}
	return strconv.Itoa(p.ExitCode)
}

func (o ObjectInfo) row() []string {
	length, capacity, state := strconv.Itoa(o.Length), "", ""
	if strings.HasPrefix(o.Name, "memory") {
		length = view.Bytes(int64(o.Length))
	}
	if o.Capacity > 0 {
		capacity = strconv.Itoa(o.Capacity)
	}
	if o.Closed {
		state = "closed"
	}
	return []string{o.Name, length, capacity, strconv.Itoa(o.Waiting), state}
}
