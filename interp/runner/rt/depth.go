package rt

import (
	"runtime"
	"strconv"
	"sync/atomic"
	"unsafe"
)

// A goroutine whose stack outgrows the runtime's bound takes the process along, and with it all
// variables. So functions that may call themselves look how deep they are, long before that.
// Asking the runtime would cost more than most calls, so it is asked once for each block of
// memory that a stack comes into, and the answer noted in a table: what a call then costs is a
// load and a comparison, as for Check.
//
// A note may be out of date, as stacks move and end. It then hides one block of a stack that is
// too deep. All notes together hide blocks*blockSize, which is far less than what lies
// between MaxDepth and the runtime's bound.
const (
	// MaxStack is the runtime's bound for programs that look. Code of others that calls back
	// may go so deep.
	MaxStack = 64 << 20 << (strconv.IntSize / 64 * 3) // 512 MB in 64 bits
	// MaxDepth is how many bytes of stack calls may use: that is enough for some million calls
	// of a small function. Stacks double as they grow, so it is a little less than half.
	MaxDepth = MaxStack/2 - 1<<20

	blockSize = 16 << 10
	blocks    = 1024
)

// blockNotes are the blocks of memory in which stacks may grow on. They are no
// atomic.Uintptr because CheckCall would be too long to be inlined then.
type blockNotes [blocks]uintptr

// forget has the next call in each block look anew.
func (d *blockNotes) forget() {
	for i := range d {
		atomic.StoreUintptr(&d[i], 0)
	}
}

// Block is where on the stack the function is that calls it.
func Block() uintptr {
	var at byte
	return uintptr(unsafe.Pointer(&at)) / blockSize
}

// CheckCall is Check in functions that may call themselves, with their Block. If that has gone
// on for too long, it ends the calling goroutine, and the cell with an error.
func CheckCall(block uintptr) {
	if atomic.LoadUintptr(&depths[block%blocks]) != block {
		enterBlock(block)
	}
}

// enterBlock is CheckCall for the first call in a block, and for all while some cell is to stop.
//
//go:noinline
func enterBlock(block uintptr) {
	Check()
	if d := Depth(); d > MaxDepth {
		overflow(d)
	}
	note := &depths[block%blocks]
	atomic.StoreUintptr(note, block)
	if stopping.Load() != 0 {
		atomic.StoreUintptr(note, 0)
	}
}

// Depth is how many bytes of its stack the calling goroutine uses, 0 where that cannot be told.
//
//go:noinline
func Depth() uintptr {
	var at byte
	top := stackTop()
	if top == 0 {
		return 0
	}
	return top - uintptr(unsafe.Pointer(&at))
}

// deferredDepth is how much more stack deferred calls may use, which run while the stack is full.
const deferredDepth = MaxStack / 8

// overflow ends the calling goroutine as too deep a recursion ends a program: no recover sees it.
func overflow(depth uintptr) {
	if m := mine(); m != nil && m.unwinding && depth < MaxDepth+deferredDepth {
		return
	}
	tooDeep("stack overflow")
	runtime.Goexit()
}

// tooDeep says why the calling goroutine is to end, and ends it unless it does so already.
func tooDeep(why string) {
	switch m := mine(); {
	case m == nil:
		host().Overflowed(nil, why, callers(2))
	case !m.unwinding:
		host().Overflowed(m.cell, why, callers(2))
		m.exit()
	}
}
