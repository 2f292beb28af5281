package kernel

import "sync"

// What one lane holds. Beyond it the sockets are not read, and clients wait.
const (
	maxQueued      = 10_000    // requests
	maxQueuedSizes = 256 << 20 // bytes of them
)

// A lane holds the requests that one goroutine serves, in order of arrival.
type lane struct {
	mu       sync.Mutex
	changed  sync.Cond // of mu: requests or closed changed
	requests []*request
	bytes    int // of requests
	closed   bool
}

func newLane() *lane {
	l := &lane{}
	l.changed.L = &l.mu
	return l
}

// push adds r, and waits while the lane is full. It reports false once the lane is
// closed.
func (l *lane) push(r *request) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for (len(l.requests) >= maxQueued || l.bytes >= maxQueuedSizes) && !l.closed {
		l.changed.Wait()
	}
	if l.closed {
		return false
	}
	l.requests = append(l.requests, r)
	l.bytes += r.size()
	l.changed.Broadcast()
	return true
}

// pop takes the oldest request, and waits for one. It returns nil once the lane is
// closed; requests that are still queued then are not served.
func (l *lane) pop() *request {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.requests) == 0 && !l.closed {
		l.changed.Wait()
	}
	if l.closed {
		return nil
	}
	r := l.requests[0]
	l.requests[0] = nil
	l.requests = l.requests[1:]
	l.bytes -= r.size()
	l.changed.Broadcast()
	return r
}

// abort marks the execute requests that are queued now.
func (l *lane) abort() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range l.requests {
		if r.msg.Header.MsgType == "execute_request" {
			r.aborted = true
		}
	}
}

func (l *lane) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.changed.Broadcast()
}

// size is about what a request holds in memory.
func (r *request) size() int {
	n := len(r.msg.Content) + len(r.msg.Metadata)
	for _, b := range r.msg.Buffers {
		n += len(b)
	}
	return n
}
