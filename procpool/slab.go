package procpool

import "slices"

// A slab holds the encoded tasks of a call's elements, and which of them have an outcome. If the
// call grows, it lets go of those at its start that have one, so that there may be any number.
type slab struct {
	first   int // number of the first element that is kept
	over    int // how many from there on are known to have an outcome
	data    []byte
	ends    []int // of each element in data
	ended   []bool
	large   map[int]message // those in segments
	handles map[int][]any   // what goes along with them
}

func newSlab(n int) slab { return slab{ends: make([]int, 0, n), ended: make([]bool, 0, n)} }

// len counts elements, also those that are not kept any more.
func (t *slab) len() int { return t.first + len(t.ends) }

// add takes in the encoded task of the next element.
func (t *slab) add(m message) {
	m.finish()
	if m.seg == nil {
		t.data = append(t.data, m.buf...) // it may be there already
	} else {
		if t.large == nil {
			t.large = map[int]message{}
		}
		t.large[t.len()] = m
	}
	t.ends = append(t.ends, len(t.data))
	t.ended = append(t.ended, false)
}

// hold notes a handle that goes along with element i.
func (t *slab) hold(i int, h any) {
	if t.handles == nil {
		t.handles = map[int][]any{}
	}
	t.handles[i] = append(t.handles[i], h)
}

// task returns the encoded task of element i.
func (t *slab) task(i int) message {
	if m, ok := t.large[i]; ok {
		return m
	}
	start := 0
	if i > t.first {
		start = t.ends[i-t.first-1]
	}
	return message{buf: t.data[start:t.ends[i-t.first]]}
}

func (t *slab) isOver(i int) bool { return i < t.first || t.ended[i-t.first] }

// end notes that element i has its outcome, and frees what it held.
func (t *slab) end(i int) {
	t.ended[i-t.first] = true
	if m, ok := t.large[i]; ok { // whoever had the task has read it or is gone
		m.drop()
		delete(t.large, i)
	}
	delete(t.handles, i)
}

// trim lets go of the elements at the start that have an outcome, if they are the most.
func (t *slab) trim() {
	for t.over < len(t.ended) && t.ended[t.over] {
		t.over++
	}
	if t.over < 32 || 2*t.over < len(t.ended) {
		return
	}
	cut := t.ends[t.over-1]
	t.data = slices.Clone(t.data[cut:]) // the old may be on its way to a worker
	t.ends = slices.Delete(t.ends, 0, t.over)
	for k := range t.ends {
		t.ends[k] -= cut
	}
	t.ended = slices.Delete(t.ended, 0, t.over)
	t.first += t.over
	t.over = 0
}

// dropLarge frees the segments of a call that is not submitted.
func (t *slab) dropLarge() {
	for _, m := range t.large {
		m.drop()
	}
}
