package node

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/host"
	"github.com/parago/parago/procpool/internal/screen"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

// A Node is this process among others: who it is, how its values are encoded, the interpreter that it runs in, and
// its way to the broker. Rooms that speak to other processes are given it.
type Node struct {
	Codec  codec.Registry
	Host   *host.Host     // nil in a compiled program; set before anything else
	Up     *Up            // the way to the parent; nil in the root
	Broker *broker.Broker // nil unless this is the root
	Screen screen.Screen

	Identity string    // "1:2" for the second child of the first child; "" for the root
	Role     task.Role // what the parent has said of this process

	counter  atomic.Int64  // of children
	Tokens   atomic.Uint64 // of requests to the broker
	origins  origins
	Running  RunningTask
	Segments task.Segments // for large tasks

	rooms    []func(*codec.Registry) // register what stands for something of this tree of processes
	register sync.Once               // of them
	became   []func(task.Role)       // are told who this process is
}

// New makes a root.
func New() *Node {
	n := &Node{Broker: broker.New()}
	n.Role = task.Role{Name: "MainProcess", Class: "MainProcess"}
	n.origins.contexts, n.origins.cancels = map[string]context.Context{}, map[string]context.CancelCauseFunc{}
	return n
}

// Use tells which interpreter the process runs in. It is called once, before anything else.
func (n *Node) Use(h host.Host) {
	n.Host = &h
	n.Screen.Use(&h)
	n.Codec.FindTypes(h.Types)
	n.Codec.PathOf(h.Path)
	if h.FunctionOut != nil {
		n.Codec.CrossFunctions(codec.Functions{Out: h.FunctionOut, In: h.FunctionIn})
	}
}

// Rise makes the node a child, that has a parent and no broker of its own.
func (n *Node) Rise(u *Up) {
	n.Up, n.Broker = u, nil
	n.Screen.Use(nil)
}

// OnBecome has f called when the parent has said who this process is.
func (n *Node) OnBecome(f func(task.Role)) { n.became = append(n.became, f) }

// Become takes in what the parent says of this process.
func (n *Node) Become(r task.Role) {
	n.Identity, n.Role = r.Identity, r
	for _, f := range n.became {
		f(r)
	}
}

// OnReady has register called before the first value crosses: it lets handles of a room cross. It is called
// before anything else.
func (n *Node) OnReady(register func(*codec.Registry)) { n.rooms = append(n.rooms, register) }

// Ready is called before a value crosses. Only the first call does something.
func (n *Node) Ready() {
	n.register.Do(func() {
		fault.Register(&n.Codec)
		for _, register := range n.rooms {
			register(&n.Codec)
		}
	})
}

// NoDescriptor is why a request fails whose file, or that of its answer, this process could not take.
const NoDescriptor = "too many open files"

// An Up is the way to the parent: frames, and requests for its broker.
type Up struct {
	Out    *wire.Writer
	Attend func() // sees to it that somebody reads replies; it is called before each request

	mu    sync.Mutex
	next  uint64 // number of the last call; guarded by mu
	calls map[uint64]func(wire.Frame)
}

// NewUp is a way to the parent that out leads to.
func NewUp(out *wire.Writer) *Up { return &Up{Out: out, calls: map[uint64]func(wire.Frame){}} }

// Replied takes in the reply to a call. One whose file found no descriptor here has failed.
func (u *Up) Replied(f wire.Frame) {
	if f.Lost {
		f.Data = append([]byte{broker.StatusFailed}, NoDescriptor...)
	}
	u.mu.Lock()
	reply := u.calls[f.ID]
	delete(u.calls, f.ID)
	u.mu.Unlock()
	if reply != nil {
		reply(f)
	}
}
