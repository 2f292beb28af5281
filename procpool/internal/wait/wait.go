package wait

import (
	"context"
	"sync"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/node"
)

// Waits are what WaitAny, WaitAll, WaitFirstError and AsCompleted wait for, each thing once. They
// are for one goroutine.
type Waits struct {
	node   *node.Node
	all    []<-chan struct{}
	errs   []func() error // of each of all, or nil
	places []int          // of all, among what was added
	added  int
	seen   map[<-chan struct{}]bool

	came    chan int // numbers in all of what has ended; nil before the first Next
	left    int      // of all that Next has not returned
	ready   []int    // those that had ended before the first Next
	stop    chan struct{}
	waiters sync.WaitGroup
}

// New waits for nothing yet.
func New(n *node.Node) *Waits { return &Waits{node: n, seen: map[<-chan struct{}]bool{}} }

// Add adds something to wait for, before the first Next: what is closed at its end, and what
// returns its error then. The latter is for FirstError only.
func (w *Waits) Add(done <-chan struct{}, err func() error) {
	if !w.seen[done] {
		w.seen[done] = true
		w.all = append(w.all, done)
		w.errs = append(w.errs, err)
		w.places = append(w.places, w.added)
	}
	w.added++
}

// start has a goroutine wait for each that has not ended. They end with it or with Stop.
func (w *Waits) start() {
	w.came, w.stop, w.left = make(chan int, len(w.all)), make(chan struct{}), len(w.all)
	for i, done := range w.all {
		if IsClosed(done) {
			w.ready = append(w.ready, i)
			continue
		}
		w.waiters.Go(func() {
			select {
			case <-done:
				w.came <- i
			case <-w.stop:
			}
		})
	}
}

// Stop ends the waiting.
func (w *Waits) Stop() {
	if w.came != nil && !IsClosed(w.stop) {
		close(w.stop)
		w.waiters.Wait()
	}
}

// Next returns the place of the next that has ended, or -1 when all have. The error is the
// cause of ctx or of the caller's own end.
func (w *Waits) Next(ctx context.Context) (int, error) {
	if w.came == nil {
		w.start()
	}
	if w.left == 0 {
		return -1, nil
	}
	w.left--
	if len(w.ready) > 0 {
		i := w.ready[0]
		w.ready = w.ready[1:]
		return w.places[i], nil
	}
	origin := w.node.Context(w.node.Origin())
	select {
	case i := <-w.came:
		w.node.Screen.Flush() // see Select
		return w.places[i], nil
	case <-ctx.Done():
		return -1, context.Cause(ctx)
	case <-origin.Done():
		return -1, context.Cause(origin)
	}
}

// Any is WaitAny.
func (w *Waits) Any(ctx context.Context) (int, error) {
	defer w.Stop()
	i, err := w.Next(ctx)
	if err == nil && i < 0 {
		err = fault.Errorf("WaitAny: nothing to wait for")
	}
	return i, err
}

// All is WaitAll.
func (w *Waits) All(ctx context.Context) error {
	defer w.Stop()
	for {
		switch i, err := w.Next(ctx); {
		case err != nil:
			return fault.Errorf("%d of %d have not ended: %w", w.left+1, len(w.all), err)
		case i < 0:
			return nil
		}
	}
}

// FirstError is WaitFirstError.
func (w *Waits) FirstError(ctx context.Context) (int, error) {
	defer w.Stop()
	at := map[int]func() error{}
	for i, err := range w.errs {
		at[w.places[i]] = err
	}
	for {
		i, err := w.Next(ctx)
		if err != nil || i < 0 {
			return -1, err
		}
		if err := at[i](); err != nil {
			return i, err
		}
	}
}
