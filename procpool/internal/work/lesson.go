package work

import "github.com/parago/parago/procpool/wire"

// lesson looks up an entry, so that it is there when it is needed.
func (u *Link) lesson(f wire.Frame) {
	defer func() {
		recover() // who needs it will be told
	}()
	u.callees.Lookup(string(f.Data))
}
