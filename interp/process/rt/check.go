package rt

import "runtime"

// Check ends the calling goroutine if its cell is to stop. Compiled cells call it in every
// loop and in functions that call themselves.
func Check() {
	if here.stopping.Load() != 0 {
		halt()
	}
}

// halt is Check for when some cell is to stop.
func halt() {
	if m := mine(); m != nil && m.over.Load() {
		m.exit()
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
		Panicked(v)
	}
}

// Panicked reports a panic of the calling goroutine with v, for code that recovers
// itself. It is called while the stack of the panic is still there.
func Panicked(v any) { host().Panicked(Here(), v, callers(1)) }

// maxFrames bounds what is kept of a stack.
const maxFrames = 128

// callers is the stack of the caller's caller, skip calls further out.
func callers(skip int) []uintptr {
	pcs := make([]uintptr, maxFrames)
	return pcs[:runtime.Callers(skip+2, pcs)]
}
