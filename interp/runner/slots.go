package runner

import (
	"maps"
	"reflect"
	"sync/atomic"
	"unsafe"

	"github.com/parago/parago/interp/runner/rt"
)

// slots are the variables by way of which function literals of compiled cells call functions of the
// session. When a function is declared anew, all slots that stand for it get the new one, so
// that a literal in a variable, a handler or a goroutine calls what everybody calls. What runs goes on
// with what it has. The lock of natives guards it.
//
// In a worker they hold what those of the process hold that gives it work, whichever packages the worker
// has opened, and in whichever order.
type slots struct {
	known map[string][]*unsafe.Pointer // by what they stand for
	now   map[string]unsafe.Pointer    // what they hold
	homes map[string]string            // paths of the packages which that is of
	told  map[string]string            // which it is to be, as another process has said
}

func newSlots() slots {
	return slots{known: map[string][]*unsafe.Pointer{}, now: map[string]unsafe.Pointer{}, homes: map[string]string{}, told: map[string]string{}}
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
		if to := s.told[id]; to != "" && to != p.Path {
			continue
		}
		s.homes[id] = p.Path
		s.now[id] = closure(f)
		for _, at := range s.known[id] {
			atomic.StorePointer(at, s.now[id])
		}
	}
}

// missing is the path of a package of which slots are to hold a function and do not, "" if there is none.
func (s slots) missing() string {
	for id := range s.known {
		if to := s.told[id]; to != "" && s.homes[id] != to {
			return to
		}
	}
	return ""
}

// held are the paths of the packages whose functions slots hold, here and where work goes from here.
func (s slots) held() map[string]string {
	out := maps.Clone(s.homes)
	maps.Copy(out, s.told)
	return out
}

// closure is what a variable of a function type holds. The types of a slot and of what is put there
// may differ for reflect, if a type in them was compiled anew with more methods: its layout is the same.
func closure(f any) unsafe.Pointer {
	type iface struct{ typ, data unsafe.Pointer }
	return (*iface)(unsafe.Pointer(&f)).data
}
