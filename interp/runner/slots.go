package runner

import (
	"reflect"
	"sync/atomic"
	"unsafe"

	"github.com/parago/parago/interp/runner/rt"
)

// slots are the variables by way of which function literals of compiled cells call functions of the
// session. When a function is declared anew, all slots that stand for it get the new one, so
// that a literal in a variable, a handler or a goroutine calls what everybody calls. What runs goes on
// with what it has. The lock of natives guards it.
type slots struct {
	known map[string][]*unsafe.Pointer // by what they stand for
	now   map[string]unsafe.Pointer    // what they hold
}

func newSlots() slots {
	return slots{known: map[string][]*unsafe.Pointer{}, now: map[string]unsafe.Pointer{}}
}

// bind fills the slots of a package that has just been opened.
func (s slots) bind(p *rt.Package) {
	for id, slot := range p.Slots {
		at := (*unsafe.Pointer)(reflect.ValueOf(slot.At).UnsafePointer())
		s.known[id] = append(s.known[id], at)
		f, ok := s.now[id]
		if !ok {
			f = closure(slot.Value)
		}
		atomic.StorePointer(at, f)
	}
}

// declare has all slots hold the functions that a package declares.
func (s slots) declare(p *rt.Package) {
	for id, f := range p.Now {
		s.now[id] = closure(f)
		for _, at := range s.known[id] {
			atomic.StorePointer(at, s.now[id])
		}
	}
}

// closure is what a variable of a function type holds. The types of a slot and of what is put there
// may differ for reflect, if a type in them was compiled anew with more methods: its layout is the same.
func closure(f any) unsafe.Pointer {
	type iface struct{ typ, data unsafe.Pointer }
	return (*iface)(unsafe.Pointer(&f)).data
}
