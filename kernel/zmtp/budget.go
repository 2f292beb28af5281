package zmtp

import "sync"

// A budget bounds the bytes of incoming messages that all connections of a
// socket hold together. Bytes are first held by a message that is still
// arriving, then by a complete one that waits for Recv.
type budget struct {
	mu       sync.Mutex
	free     int64         // bytes that no one holds
	complete int64         // bytes held by complete messages: Recv will give them back
	returned chan struct{} // closed when bytes come back; nil if no one waits
}

func newBudget(n int64) *budget { return &budget{free: n} }

// take holds n more bytes for a message that is arriving. While complete
// messages are what fills the budget it waits for Recv, or for done. If only
// unfinished messages fill it, waiting could last for ever: it refuses.
func (b *budget) take(n int64, done <-chan struct{}) error {
	for {
		returned, err := b.try(n)
		if returned == nil {
			return err
		}
		select {
		case <-returned:
		case <-done:
			return ErrClosed
		}
	}
}

// try takes n bytes, or returns a channel to wait on, or refuses.
func (b *budget) try(n int64) (returned <-chan struct{}, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case n <= b.free:
		b.free -= n
		return nil, nil
	case b.complete == 0:
		return nil, violationf("no room for %d bytes of an unfinished message", n)
	}
	if b.returned == nil {
		b.returned = make(chan struct{})
	}
	return b.returned, nil
}

// finish says that the message that holds n bytes is complete.
func (b *budget) finish(n int64) {
	if n == 0 {
		return
	}
	b.mu.Lock()
	b.complete += n
	b.mu.Unlock()
}

// giveBack ends the hold of a message on n bytes, of which were complete.
func (b *budget) giveBack(n int64, complete bool) {
	if n == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.free += n
	if complete {
		b.complete -= n
	}
	if b.returned != nil {
		close(b.returned)
		b.returned = nil
	}
}
