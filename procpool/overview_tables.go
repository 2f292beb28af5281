package procpool

import (
	"fmt"
	"strconv"
	"strings"

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
	pools := view.Table{Title: "Pools", Header: []string{"pool", "size ", "workers ", "waiting ", "done ", "started "}}
	workers := view.Table{Title: "Workers", Header: []string{"worker", "pool", "pid ", "state", "tasks "}}
	processes := view.Table{Title: "Processes", Header: []string{"process", "pid ", "state", "exit code"}}
	objects := view.Table{Title: "Shared", Header: []string{"object", "length ", "capacity ", "waiting ", "state"}}
	for _, p := range r.Pools {
		pools.Rows = append(pools.Rows, []string{
			p.Name, strconv.Itoa(p.Size), strconv.Itoa(len(p.Workers)), strconv.Itoa(p.Stats.Waiting), strconv.Itoa(p.Stats.Done),
			strconv.Itoa(p.Stats.Started),
		})
		for _, w := range p.Workers {
			state := "idle"
			if w.Busy {
				state = "busy"
			}
			workers.Rows = append(workers.Rows, []string{w.Name, p.Name, strconv.Itoa(w.PID), state, strconv.Itoa(w.Tasks)})
		}
	}
	for _, p := range r.Processes {
		processes.Rows = append(processes.Rows, []string{p.Name, strconv.Itoa(p.PID), p.state(), p.exit()})
	}
	for _, o := range r.Objects {
		objects.Rows = append(objects.Rows, o.row())
	}
	return []view.Table{pools, workers, processes, objects}
}

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
	if name := signalName(p.ExitCode); name != "" {
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
