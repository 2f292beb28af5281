package work

import (
	"reflect"

	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/host"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

func (u *Link) load(f wire.Frame) {
	var unit host.Unit
	if err := u.Codec.Decode(f.Data, reflect.ValueOf(&unit)); err != nil {
		fault.Fatal(err)
	}
	if u.content != nil {
		unit.Content, u.content = task.Received(&u.Codec, *u.content), nil
	}
	if u.Host == nil || u.Host.Runner == nil {
		fault.Fatal(fault.Errorf("load %s: no interpreter here", unit.Key))
	}
	if err := u.Host.Runner.Load(unit); err != nil {
		u.funcs[0] = callee.Body{Err: fault.Errorf("load %s: %w", unit.Key, err)} // the next definition fails with it
	}
}
