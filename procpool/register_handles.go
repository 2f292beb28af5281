package procpool

import (
	"reflect"

	"github.com/parago/parago/procpool/codec"
)

// registerRooms lets the handles of all rooms cross.
func registerRooms(r *codec.Registry) {
	r.RegisterHandle(queueHandle())
	r.RegisterHandle(connHandle())
	r.RegisterHandle(memoryHandle())
	registerShared(r)
	r.RegisterHandle(sharedHandle())
	r.RegisterHandle(blockHandle())
	r.RegisterType(reflect.TypeFor[SharedMemory]())
	r.RegisterHandle(processHandle())
}

func (p *process) registerHandles() { p.RegisterOnce(registerRooms) }
