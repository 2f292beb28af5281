package procpool

import (
	"math"
	"reflect"

	"github.com/parago/parago/procpool/codec"
)

var _ = this.attach()

// attach tells the rooms what this package does: which handles it has, and what ends when the process does.
func (p *process) attach() bool {
	p.OnReady(registerRooms)
	p.OnCancel(p.cancel)
	p.OnBecome(p.became)
	p.Ending.Children = joinAll
	p.Ending.Shutdown = func() { Shutdown(math.MaxInt64) }
	return true
}

// registerRooms lets the handles of processes cross, and the types of this package in interfaces.
func registerRooms(r *codec.Registry) {
	r.RegisterHandle(actorHandle())
	r.RegisterHandle(processHandle())
	for _, t := range []reflect.Type{
		reflect.TypeFor[Lock](), reflect.TypeFor[RLock](), reflect.TypeFor[Semaphore](), reflect.TypeFor[Event](),
		reflect.TypeFor[Cond](), reflect.TypeFor[Barrier](), reflect.TypeFor[Namespace](), reflect.TypeFor[SharedMemory](),
	} {
		r.RegisterType(t)
	}
}
