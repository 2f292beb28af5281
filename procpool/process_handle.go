package procpool

import (
	"reflect"

	"github.com/parago/parago/procpool/codec"
)

// processHandle lets a Process cross, as the field of its subclass for one. In the
// process itself it is the current one.
func processHandle() codec.Handle {
	type crossing struct {
		Identity, Name, Class string
		Daemon                bool
		PID, ParentPID        int
	}
	return codec.Handle{
		Name: "Process",
		Type: reflect.TypeFor[*Process](),
		Encode: func(v any) ([]byte, error) {
			p := v.(*Process)
			// Not p.PID(): Start, which holds the lock, may be what encodes it.
			return this.Codec.Encode(nil, reflect.ValueOf(crossing{p.identity, p.Name, p.class, p.Daemon, p.pid, p.parentPID}))
		},
		Decode: func(data []byte) (any, error) {
			var c crossing
			if err := this.Codec.Decode(data, reflect.ValueOf(&c)); err != nil {
				return nil, err
			}
			if c.Identity == this.Identity {
				return this.current, nil
			}
			this.mu.Lock()
			defer this.mu.Unlock()
			if p := this.processes[c.Identity]; p != nil {
				return p, nil
			}
			return &Process{
				Name: c.Name, Daemon: c.Daemon, class: c.Class, identity: c.Identity, pid: c.PID, parentPID: c.ParentPID,
				state: stateForeign, done: make(chan struct{}),
			}, nil
		},
	}
}
