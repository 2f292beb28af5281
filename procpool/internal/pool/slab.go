package pool

import (
	"reflect"
	"slices"
	"sort"

	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/task"
)

// A slab holds the encoded arguments of a call's elements, and which of them have an outcome. If the
// call grows, it lets go of those at its start that have one, so that there may be any number.
type slab struct {
	first   int // number of the first element that is kept
	over    int // how many from there on are known to have an outcome
	stride  int // the size of each in data; 0: ends tells
	data    []byte
	ends    []int // of each element in data
	ended   []bool
	lent    bool                 // somebody may read data after the end of the call
	large   map[int]task.Message // those in segments; in data they have no bytes
	handles map[int][]any        // what goes along with them
}

// reserve makes room for n elements.
func (t *slab) reserve(n int) {
	t.ended = slices.Grow(t.ended, n)
	if t.stride == 0 {
		t.ends = slices.Grow(t.ends, n)
	}
}

// len counts elements, also those that are not kept any more.
func (t *slab) len() int { return t.first + len(t.ended) }

// add takes in the encoded arguments of the next element.
func (t *slab) add(m task.Message) {
	m.Finish()
	if m.Seg == nil {
		t.data = append(t.data, m.Buf...) // it may be there already
	} else {
		if t.large == nil {
			t.large = map[int]task.Message{}
		}
		t.large[t.len()] = m
	}
	if t.stride == 0 {
		t.ends = append(t.ends, len(t.data))
	}
	t.ended = append(t.ended, false)
}

// addFlat takes in the elements of a slice of flat values, whose size is the stride.
func (t *slab) addFlat(b *codec.BlockType, xs reflect.Value) {
	t.data = b.AppendSlice(t.data, xs)
	t.ended = append(t.ended, make([]bool, xs.Len())...)
}

// addEach takes in the elements of a slice from the i-th on, up to one that belongs into a segment. It returns its number.
func (t *slab) addEach(b *codec.BlockType, xs reflect.Value, i int) (next int, err error) {
	t.data, t.ends, next, err = b.AppendEach(t.data, t.ends, xs, i, task.SharedSize)
	t.ended = append(t.ended, make([]bool, next-i)...)
	return next, err
}

// hold notes a handle that goes along with element i.
func (t *slab) hold(i int, h any) {
	if t.handles == nil {
		t.handles = map[int][]any{}
	}
	t.handles[i] = append(t.handles[i], h)
}

// held are the handles that go along with elements.
func (t *slab) held(s span) (all []any) {
	if len(t.handles) == 0 {
		return nil
	}
	for i := s.i; i < s.i+s.n; i++ {
		all = append(all, t.handles[i]...)
	}
	return all
}

// end returns where in data element i ends, of those that are kept, or the one before them.
func (t *slab) end(i int) int {
	switch {
	case i < t.first:
		return 0
	case t.stride > 0:
		return (i + 1 - t.first) * t.stride
	}
	return t.ends[i-t.first]
}

// mean is about how many bytes an element has.
func (t *slab) mean() int { return len(t.data) / max(len(t.ended), 1) }

// args returns the arguments of n elements from i on. One in a segment is by itself.
func (t *slab) args(i, n int) task.Message {
	if m, ok := t.large[i]; ok {
		return m
	}
	return task.Message{Buf: t.data[t.end(i-1):t.end(i+n-1)]}
}

// fit returns how many of n elements from i on go together: one that is in a segment goes alone, and so many
// bytes are exceeded by a single one only.
func (t *slab) fit(i, n, bytes int) int {
	start := t.end(i - 1)
	n = max(1, sort.Search(n, func(k int) bool { return t.end(i+k)-start > bytes }))
	for k := range n {
		if len(t.large) == 0 {
			break
		}
		if _, ok := t.large[i+k]; ok {
			return max(k, 1)
		}
	}
	return n
}

func (t *slab) isOver(i int) bool { return i < t.first || t.ended[i-t.first] }

// finish notes that element i has its outcome, and frees what it held.
func (t *slab) finish(i int) {
	t.ended[i-t.first] = true
	if m, ok := t.large[i]; ok { // whoever had the task has read it or is gone
		m.Drop()
		delete(t.large, i)
	}
	delete(t.handles, i)
}

// finishAll is finish for n elements from i on that hold nothing. It returns how many had no outcome yet.
func (t *slab) finishAll(i, n int) (news int) {
	ended := t.ended[i-t.first:][:n]
	for k := range ended {
		if !ended[k] {
			ended[k] = true
			news++
		}
	}
	return news
}

// trim lets go of the elements at the start that have an outcome, if they are the most.
func (t *slab) trim() {
	for t.over < len(t.ended) && t.ended[t.over] {
		t.over++
	}
	if t.over < 32 || 2*t.over < len(t.ended) {
		return
	}
	cut := t.end(t.first + t.over - 1)
	t.data = slices.Clone(t.data[cut:]) // the old may be on its way to a worker
	if t.stride == 0 {
		t.ends = slices.Delete(t.ends, 0, t.over)
		for k := range t.ends {
			t.ends[k] -= cut
		}
	}
	t.ended = slices.Delete(t.ended, 0, t.over)
	t.first += t.over
	t.over = 0
}

// dropLarge frees the segments of a call that is not submitted.
func (t *slab) dropLarge() {
	for _, m := range t.large {
		m.Drop()
	}
}
