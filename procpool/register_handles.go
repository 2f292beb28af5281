package procpool

import (
	"reflect"

	"github.com/parago/parago/procpool/codec"
)

var _ = func() bool {
	this.OnReady(registerRooms)
	return true
}()

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
