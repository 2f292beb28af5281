package rt

import (
	"context"
	"runtime"
	"runtime/pprof"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
	"weak"
)

// here is this process: what plain functions like Check reach without being told.
var here process

// stopping is not zero while goroutines of halted cells may be running. Check is compiled into
// each loop of a cell; were this a part of here, the compiler would make code for all generic
// types that a process is made of, in each cell.
var stopping atomic.Int32

// depths are how deep calls may go; empty while stopping is not zero. CheckCall is compiled into
// each function that may call itself.
var depths blockNotes

type process struct {
	current    atomic.Pointer[known]
	members    sync.Map // *member, by the address of its label
	host       atomic.Pointer[Host]
	registered registered
	sweeper    sweeper
	followed   *bool         // as Follow says; guarded by the sweeper's lock
	cells      atomic.Uint64 // counts them
	looping    sync.Map      // whether values of a type may contain themselves, by type
}

// A Cell is one run of a cell, and what it has left running.
type Cell struct {
	Origin string // on whose behalf its goroutines act; opaque here
	id     string // in labels
	member *member

	unwinding atomic.Bool
}

// NewCell returns a cell that has no goroutines yet.
func NewCell(origin string) *Cell {
	c := &Cell{Origin: origin, id: strconv.FormatUint(here.cells.Add(1), 10)}
	c.member = &member{cell: c, done: make(chan struct{})}
	return c
}

// A member is what the label of a goroutine stands for. A cell's goroutines share one,
// but for those that are halted and still run deferred calls: each of these has its own.
type member struct {
	cell      *Cell
	label     weak.Pointer[byte]
	done      chan struct{} // closed when its goroutines are to end
	over      atomic.Bool   // done is closed
	unwinding bool
	part      bool // it ends with its cell at the latest; done is nil if it is a bubble of testing/synctest, whose time stands still while one waits for a channel from outside
}

// known is a member whose label the process holds, so that its address is that of
// no other.
type known struct {
	label  unsafe.Pointer
	member *member
}

// ended reports whether m's goroutines are to end.
func (m *member) ended() bool { return m.over.Load() || m.part && m.cell.member.over.Load() }

// halt tells m's goroutines to end.
func (m *member) halt() bool {
	if m.over.Swap(true) {
		return false
	}
	close(m.done)
	return true
}

// profLabel is the calling goroutine's profiler label, as its creator had it if it has
// set none. The runtime keeps this function, and the next, for packages that need them.
//
//go:linkname profLabel runtime/pprof.runtime_getProfLabel
func profLabel() unsafe.Pointer

//go:linkname setProfLabel runtime/pprof.runtime_setProfLabel
func setProfLabel(unsafe.Pointer)

// labelKey is what a cell's goroutines bear in profiles, with the cell's number.
const labelKey = "parago-cell"

// enter makes the calling goroutine one of m's.
func (m *member) enter() {
	pprof.SetGoroutineLabels(pprof.WithLabels(context.Background(), pprof.Labels(labelKey, m.cell.id)))
	label := (*byte)(profLabel())
	m.label = weak.Make(label)
	key := uintptr(unsafe.Pointer(label))
	here.members.Store(key, m)
	// Labels are collected when no goroutine bears them any more.
	runtime.AddCleanup(label, func(m *member) { here.members.CompareAndDelete(key, m) }, m)
}

// leave makes the calling goroutine one of no cell.
func leave() { pprof.SetGoroutineLabels(context.Background()) }

// mine is the calling goroutine's member, nil if it belongs to no cell.
func mine() *member {
	label := profLabel()
	if k := here.current.Load(); k != nil && k.label == label {
		return k.member
	}
	if label == nil {
		return nil
	}
	m, ok := here.members.Load(uintptr(label))
	if !ok || m.(*member).label.Value() != (*byte)(label) {
		return nil // labels of the user's own
	}
	return m.(*member)
}

// Here returns the calling goroutine's cell, nil if it belongs to none.
func Here() *Cell {
	if m := mine(); m != nil {
		return m.cell
	}
	return nil
}

// Run calls f on the calling goroutine as the cell, which becomes the current one. It is
// called once. It does not return if the cell is halted: f's goroutine is to end with it.
func (c *Cell) Run(f func()) {
	c.member.enter()
	defer leave()
	here.current.Store(&known{profLabel(), c.member})
	f()
}

// Within calls f on the calling goroutine. If that takes longer than limit, or until the cell is
// halted, the goroutine ends as one of a halted cell does; in the first case, late is called before.
// Other goroutines of the cell go on.
func Within(limit time.Duration, late, f func()) {
	m := mine()
	if m == nil || m.done == nil {
		f()
		return
	}
	before := profLabel()
	part := &member{cell: m.cell, done: make(chan struct{}), part: true}
	returned := make(chan struct{})
	go part.endAfter(limit, m.done, returned, late)
	part.enter()
	defer func() {
		close(returned)
		setProfLabel(before)
	}()
	f()
}

// endAfter ends a part of a cell after a time, or when what it is a part of ends.
func (m *member) endAfter(limit time.Duration, ended, returned <-chan struct{}, late func()) {
	leave()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-returned:
		return
	case <-ended:
	case <-timer.C:
		late()
	}
	if m.halt() {
		here.sweeper.add(m.cell)
	}
}

// current is the cell that Run was called on last, nil before the first.
func current() *Cell {
	if k := here.current.Load(); k != nil {
		return k.member.cell
	}
	return nil
}

// Halt ends the cell's goroutines, each when it comes by a Check or waits in a function
// of this package. It returns at once and may be called again.
func (c *Cell) Halt() {
	if c.member.halt() {
		here.sweeper.add(c)
	}
}

// Halted reports whether Halt was called.
func (c *Cell) Halted() bool { return c.member.over.Load() }

// Unwinding reports whether a goroutine of a halted cell has begun to end.
func (c *Cell) Unwinding() bool { return c.unwinding.Load() }

// unwindGrace is how long the deferred calls of a halted goroutine may take before they
// are cut short too.
const unwindGrace = time.Second

// exit ends the calling goroutine, which is m's.
func (m *member) exit() {
	if !m.unwinding {
		m.cell.unwinding.Store(true)
		last := &member{cell: m.cell, done: make(chan struct{}), unwinding: true}
		last.enter()
		time.AfterFunc(unwindGrace, func() { last.halt() })
	}
	runtime.Goexit()
}
