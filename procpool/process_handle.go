package procpool

import (
	"reflect"

	"github.com/parago/parago/procpool/codec"
)

// processHandle lets a Process cross, as the field of its subclass for one. In the
// process itself it is the current one.
func (p *process) processHandle() codec.Handle {
	type crossing struct {
		Identity, Name, Class string
		Daemon                bool
		PID, ParentPID        int
	}
	return codec.Handle{
		Name: "Process",
		Type: reflect.TypeFor[*Process](),
		Encode: func(v any) ([]byte, error) {
			x := v.(*Process)
			// Not x.PID(): Start, which holds the lock, may be what encodes it.
			return p.Codec.Encode(nil, reflect.ValueOf(crossing{x.identity, x.Name, x.class, x.Daemon, x.pid, x.parentPID}))
		},
		Decode: func(data []byte) (any, error) {
			var c crossing
			if err := p.Codec.Decode(data, reflect.ValueOf(&c)); err != nil {
				return nil, err
			}
			if c.Identity == p.Identity {
				return p.current, nil
			}
			p.mu.Lock()
			defer p.mu.Unlock()
			if x := p.processes[c.Identity]; x != nil {
				return x, nil
			}
			return &Process{
				Name: c.Name, Daemon: c.Daemon, class: c.Class, identity: c.Identity, pid: c.PID, parentPID: c.ParentPID,
				state: stateForeign, done: make(chan struct{}),
			}, nil
		},
	}
}
