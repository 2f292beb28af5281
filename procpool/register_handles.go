package procpool

import (
	"reflect"

	"github.com/parago/parago/procpool/codec"
)

// register lets the handles of processes cross, and the types of this package in interfaces.
func (p *process) register(r *codec.Registry) {
	r.RegisterHandle(p.actorHandle())
	r.RegisterHandle(p.processHandle())
	for _, t := range []reflect.Type{
		reflect.TypeFor[Lock](), reflect.TypeFor[RLock](), reflect.TypeFor[Semaphore](), reflect.TypeFor[Event](),
		reflect.TypeFor[Cond](), reflect.TypeFor[Barrier](), reflect.TypeFor[Namespace](), reflect.TypeFor[SharedMemory](),
	} {
		r.RegisterType(t)
	}
}
