package node

import (
	"context"
	"sync"

	"github.com/parago/parago/procpool/internal/fault"
)

// origins are those on whose behalf things are begun here.
type origins struct {
	mu       sync.Mutex
	cancels  map[string]context.CancelCauseFunc // guarded by mu, as is contexts
	contexts map[string]context.Context
}

// Origin says on whose behalf the caller acts.
func (n *Node) Origin() string {
	if n.Host == nil || n.Host.Origin == nil || n.Up != nil {
		return ""
	}
	return n.Host.Origin()
}

// Context is done when its origin is cancelled, and until it is allowed again.
func (n *Node) Context(origin string) context.Context {
	o := &n.origins
	o.mu.Lock()
	defer o.mu.Unlock()
	if ctx := o.contexts[origin]; ctx != nil {
		return ctx
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	o.contexts[origin], o.cancels[origin] = ctx, cancel
	return ctx
}

// Allow lets things be begun on behalf of origin again after cancel.
func (n *Node) Allow(origin string) {
	o := &n.origins
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.contexts[origin] != nil && o.contexts[origin].Err() != nil {
		delete(o.contexts, origin)
	}
}

// Cancel ends the context of an origin. What is begun on its behalf later fails, too.
func (n *Node) Cancel(origin string) {
	n.Context(origin) // so that there is one to cancel
	o := &n.origins
	o.mu.Lock()
	defer o.mu.Unlock()
	if cancel := o.cancels[origin]; cancel != nil {
		cancel(fault.ErrCanceled)
		delete(o.cancels, origin)
	}
}
