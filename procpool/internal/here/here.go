package here

import (
	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/child"
	"github.com/parago/parago/procpool/internal/leave"
	"github.com/parago/parago/procpool/internal/local"
	"github.com/parago/parago/procpool/internal/node"
	"github.com/parago/parago/procpool/internal/pool"
	"github.com/parago/parago/procpool/internal/share"
	"github.com/parago/parago/procpool/internal/work"
)

// A Here is the rooms of one process.
type Here struct {
	*node.Node
	Callees *callee.Table
	Space   *share.Space
	Nursery *child.Nursery
	Pools   *pool.Pools
	Ending  *leave.Ending

	stops []func(origin string) (gone []<-chan struct{})
}

// This is the process that we are in: the one thing there is just one of.
var This = newHere()

func newHere() *Here {
	n := node.New()
	space := share.NewSpace(n)
	h := &Here{Node: n, Callees: callee.New(n), Space: space, Nursery: child.New(n, space), Ending: leave.New(n)}
	h.Pools = pool.NewPools(n, h.Callees, local.NewChildren(n, h.Nursery))
	h.OnCancel(h.Pools.Cancel)
	return h
}

// OnCancel has stop called when an origin is cancelled: it ends what was begun on its behalf, and returns what is
// closed when that is gone. It is called while the program starts.
func (h *Here) OnCancel(stop func(origin string) (gone []<-chan struct{})) {
	h.stops = append(h.stops, stop)
}

// CancelOrigin stops what was begun on behalf of origin, and returns when it is gone.
func (h *Here) CancelOrigin(origin string) {
	h.Cancel(origin)
	var all []<-chan struct{}
	for _, stop := range h.stops {
		all = append(all, stop(origin)...)
	}
	for _, gone := range all {
		<-gone
	}
}

// Serve makes this process a worker. It returns only if no parent has started it, with an error that says so.
func (h *Here) Serve() error {
	return work.Serve(h.Node, h.Callees, h.Space, h.Nursery.Levels, h.Ending)
}
