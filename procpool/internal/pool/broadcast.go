package pool

import (
	"cmp"
	"context"
	"reflect"
	"slices"

	"github.com/parago/parago/procpool/internal/fault"
)

// A broadcast is a call of which every worker runs one element. The pool's mu guards it. Nil
// is a call that is none.
type broadcast struct {
	has map[*worker]bool // that have been given one
	who []int            // the number of the worker that was given element i
}

// returned takes back that w was given its element.
func (b *broadcast) returned(w *worker) {
	if b != nil {
		delete(b.has, w)
	}
}

// Broadcast calls f once in each worker of the pool and sets *out to the slice of results.
func (s *Scheduler) Broadcast(ctx context.Context, f, out any, o CallOptions) error {
	n := s.Size()
	c, err := s.begin(f, 0, o, func(c *Call) error {
		return c.rows(n, func(int) []any { return nil }, func(_, k int) string { return fault.Place("args", k) })
	})
	if err != nil {
		return err
	}
	c.casts = &broadcast{has: map[*worker]bool{}, who: make([]int, n)}
	results := reflect.MakeSlice(reflect.TypeOf(out).Elem(), n, n)
	c.deliver = func(i int, data []byte) error { return c.into(data, results.Index(i)) }
	if err := s.enter(ctx, c); err != nil {
		return err
	}
	if err := c.wait(context.Background(), -1); err != nil {
		return err
	}
	order := c.workerOrder()
	to := reflect.ValueOf(out).Elem()
	to.Set(reflect.MakeSlice(to.Type(), n, n))
	for at, i := range order {
		to.Index(at).Set(results.Index(i))
	}
	return c.err()
}

// workerOrder lists the elements of a broadcast that is over by their workers' age, and numbers
// errors in that order.
func (c *Call) workerOrder() []int {
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	order := make([]int, c.tasks.len())
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(c.casts.who[a], c.casts.who[b]) })
	for _, e := range c.errs {
		e.Index = slices.Index(order, e.Index)
	}
	return order
}

// broadcasting tells whether some worker is yet to be given an element of a broadcast. mu is held.
func (s *Scheduler) broadcasting() bool {
	return slices.ContainsFunc(s.casting, func(c *Call) bool { return c.pending() > 0 })
}

// serveBroadcasts gives w its elements of broadcasts. It reports false if w must end what it has
// before it can be given the next. mu is held.
func (w *worker) serveBroadcasts() bool {
	for _, c := range w.pool.casting {
		if c.pending() == 0 || c.casts.has[w] {
			continue
		}
		if len(w.flights) > 0 && c.voice() != w.voice {
			return false
		}
		if w.more() == 0 {
			return false
		}
		i := c.nextElement()
		c.casts.has[w] = true
		c.casts.who[i] = w.number
		w.give(c, 1)
	}
	return true
}

// shrunk ends the elements of broadcasts that there are no workers for any more. mu is held.
func (s *Scheduler) shrunk() {
	for _, c := range slices.Clone(s.casting) {
		for extra := c.left - s.size; extra > 0 && c.pending() > 0; extra-- {
			c.fail(c.take(1, 0).i, nil, errShrunk)
		}
	}
}

// errShrunk is the error of elements of a broadcast that there is no worker for any more.
var errShrunk = fault.Errorf("the pool has been made smaller")
