package embed

import (
	"context"

	"github.com/parago/parago/procpool/internal/here"
	"github.com/parago/parago/procpool/internal/pool"
	"github.com/parago/parago/procpool/internal/remote"
	"github.com/parago/parago/procpool/internal/share"
	"github.com/parago/parago/procpool/internal/wait"
)

// What the generic types of package procpool are made of. Values are taken from and stored to where a pointer
// points.
type (
	Queue  = share.Queue
	Conn   = share.Conn
	Dict   = share.Dict
	List   = share.List
	Memory = share.Memory
	Shared = share.Shared
	Waits  = wait.Waits
	Call   = pool.Call
	Stream = pool.Stream
	Run    = pool.Run
)

// NewQueue makes a queue for capacity values; 0 or less: any number.
func NewQueue(capacity int) *Queue { return share.NewQueue(here.This.Space, capacity) }

// NewPipe makes two connected ends.
func NewPipe() (a, b *Conn) { return share.NewBothWays(here.This.Space) }

// NewOneWayPipe makes an end that receives and one that sends.
func NewOneWayPipe() (r, w *Conn) { return share.NewOneWay(here.This.Space) }

// NewDict makes a dict without entries.
func NewDict() *Dict { return share.NewDict(here.This.Space) }

// NewList makes a list without values.
func NewList() *List { return share.NewList(here.This.Space) }

// NewMemory makes room for n numbers of the type of zero, all 0. It panics when
// there is no memory, as make does.
func NewMemory(n int, zero any) *Memory { return share.NewMemory(here.This.Space, n, zero) }

// NewShared shares a copy of what from points to.
func NewShared(from any) *Shared { return share.NewShared(here.This.Space, from) }

// Dial connects to a listener at an address of a network, until ctx is done.
func Dial(ctx context.Context, network, address string, key []byte) (*Conn, error) {
	return remote.Dial(ctx, here.This.Space, network, address, key)
}

// NewWaits waits for nothing yet.
func NewWaits() *Waits { return wait.New(here.This.Node) }
