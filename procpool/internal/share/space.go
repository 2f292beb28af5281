package share

import (
	"reflect"
	"sync"
	"sync/atomic"

	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/node"
)

// A Space is what this process has of what the processes of a tree share: handles, memory that it has mapped,
// messages that it has sent and nobody has read yet.
type Space struct {
	*node.Node
	holds      holds
	Memories   memories
	Mail       mail
	blocks     blocks
	shareds    shareds
	lockNumber atomic.Uint32

	willCollect atomic.Bool // CollectSoon is about to
	collecting  sync.Mutex  // held by that which does

	// Descendants, if it is set, has the processes below this one find what handles they have dropped. It is called from
	// any goroutine.
	Descendants func()
	// Process is a type of which a field may stand before others in what Select waits for.
	Process reflect.Type
}

// NewSpace makes the space of a process.
func NewSpace(n *node.Node) *Space {
	s := &Space{Node: n}
	n.OnReady(s.register)
	return s
}

// register lets handles cross.
func (s *Space) register(r *codec.Registry) {
	for _, h := range []codec.Handle{s.queueHandle(), s.connHandle(), s.memoryHandle(), s.objectHandle(), s.sharedHandle(), s.blockHandle()} {
		r.RegisterHandle(h)
	}
}
