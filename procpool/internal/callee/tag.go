package callee

import (
	"sync"
	"unsafe"

	"github.com/parago/parago/procpool/internal/host"
)

// tags say what function values are that compiled cells are about to hand over.
type tags struct {
	mu    sync.Mutex
	funcs map[unsafe.Pointer][]*host.Func // by closure, until they are taken
}

// Tag says what f, a function value that the caller hands to this package next, is to
// other processes. Each Tag is good for one use.
func (c *Table) Tag(f any, is *host.Func) {
	p := Closure(f)
	if p == nil {
		return // the use says what is wrong with it
	}
	t := &c.tags
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.funcs == nil {
		t.funcs = map[unsafe.Pointer][]*host.Func{}
	}
	t.funcs[p] = append(t.funcs[p], is) // whose Local keeps the closure where it is
}

// Tagged returns the last Tag of a function value, and forgets it. Anything else it
// returns as it is.
func (c *Table) Tagged(f any) any {
	at := Closure(f)
	if at == nil {
		return f
	}
	t := &c.tags
	t.mu.Lock()
	defer t.mu.Unlock()
	all := t.funcs[at]
	switch n := len(all); n {
	case 0:
		return f
	case 1:
		delete(t.funcs, at)
		return all[0]
	default:
		t.funcs[at] = all[:n-1]
		return all[n-1]
	}
}
