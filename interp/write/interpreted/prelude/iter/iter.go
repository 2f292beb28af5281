// Package iter turns sequences round.
package iter

import "iter"

type item[K, V any] struct {
	k  K
	v  V
	ok bool
}

type coroutine[K, V any] struct {
	ask     chan bool
	answer  chan item[K, V]
	started bool
	done    bool
}

func (c *coroutine[K, V]) run(seq func(func(K, V) bool)) {
	if <-c.ask {
		seq(func(k K, v V) bool {
			c.answer <- item[K, V]{k, v, true}
			return <-c.ask
		})
	}
	close(c.answer)
}

func (c *coroutine[K, V]) next(seq func(func(K, V) bool)) item[K, V] {
	if c.done {
		return item[K, V]{}
	}
	if !c.started {
		c.started = true
		go c.run(seq)
	}
	c.ask <- true
	it, ok := <-c.answer
	if !ok {
		c.done = true
	}
	return it
}

func (c *coroutine[K, V]) stop() {
	if c.started && !c.done {
		c.ask <- false
		<-c.answer
	}
	c.done = true
}

func Pull2[K, V any](seq iter.Seq2[K, V]) (func() (K, V, bool), func()) {
	c := &coroutine[K, V]{ask: make(chan bool), answer: make(chan item[K, V])}
	next := func() (K, V, bool) {
		it := c.next(seq)
		return it.k, it.v, it.ok
	}
	return next, func() { c.stop() }
}

func Pull[V any](seq iter.Seq[V]) (func() (V, bool), func()) {
	next, stop := Pull2(func(yield func(V, bool) bool) {
		seq(func(v V) bool { return yield(v, true) })
	})
	return func() (V, bool) {
		v, _, ok := next()
		return v, ok
	}, stop
}
