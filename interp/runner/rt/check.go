package rt

import "runtime"

// Check ends the calling goroutine if its cell is to stop. Compiled cells call it in every
// loop, and CheckCall in functions that call themselves.
func Check() {
	if stopping.Load() != 0 {
		halt()
	}
}

// halt is Check for when some cell is to stop.
func halt() {
	if m := mine(); m != nil && m.ended() {
		m.exit()
	}
}

// Follow keeps a variable true while Check looks closely. It is for cells whose code is interpreted: to look at a variable
// costs them less than to call Check in each round of a loop. It is called once, before code is interpreted.
func Follow(variable *bool) {
	s := &here.sweeper
	s.mu.Lock()
	defer s.mu.Unlock()
	here.followed = variable
	here.follow(stopping.Load() != 0)
}

// follow sets the variable. Goroutines of cells read it in no order, as they read what Check looks at in compiled code.
// That they see it late does no harm, so the race detector need not know.
//
//go:norace
func (p *process) follow(stopping bool) {
	if p.followed != nil {
		*p.followed = stopping
	}
}

// Done is closed when the calling goroutine is to stop. It is nil for one that belongs to
// no cell.
func Done() <-chan struct{} {
	if m := mine(); m != nil {
		return m.done
	}
	return nil
}

// Halted ends the calling goroutine after it has seen Done closed. It never returns; its
// result is there for panic(rt.Halted()), which tells the compiler so.
func Halted() any {
	halt()
	runtime.Goexit()
	return nil
}

// Guard is deferred at the head of each goroutine that a cell starts: a panic then ends
// the cell, or in a worker the process, with an error in the user's terms.
func Guard() {
	if v := recover(); v != nil {
		host().Panicked(Here(), v, callers(0))
	}
}

// Guarded returns f for a package that calls it on a goroutine of its own, as
// time.AfterFunc does: f runs as the calling goroutine's cell, and under Guard.
func Guarded(f func()) func() {
	if f == nil {
		return nil // the package says what it thinks of that
	}
	return Carried(func() {
		defer Guard()
		Check()
		f()
	})
}

// Carried returns f for a goroutine that somebody else starts: it runs there as the calling goroutine's cell.
func Carried(f func()) func() {
	label := profLabel()
	return func() {
		before := profLabel()
		setProfLabel(label)
		defer setProfLabel(before)
		f()
	}
}

// maxFrames bounds what is kept of a stack.
const maxFrames = 128

// callers is the stack of the caller's caller, skip calls further out.
func callers(skip int) []uintptr {
	pcs := make([]uintptr, maxFrames)
	return pcs[:runtime.Callers(skip+2, pcs)]
}
