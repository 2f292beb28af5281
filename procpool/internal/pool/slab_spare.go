package pool

// A spareSlab is the memory of a call that is over, for the next one: calls that follow each other need about as much, and
// what they drop has the garbage collector come by once for each. The scheduler's lock guards it.
type spareSlab struct {
	data []byte
	ends []int
}

// maxSpare bounds the bytes that a pool keeps.
const maxSpare = 8 << 20

// give hands the memory to a call that has no element yet.
func (s *spareSlab) give(t *slab) {
	t.data, t.ends = s.data[:0], s.ends[:0]
	*s = spareSlab{}
}

// take takes the memory of a call that is over, of whose elements only remains whether they have an outcome.
func (s *spareSlab) take(t *slab) {
	if !t.lent && cap(t.data)+8*cap(t.ends) <= maxSpare && cap(t.data) > cap(s.data) {
		s.data, s.ends = t.data, t.ends
	}
	t.data, t.ends, t.handles = nil, nil, nil
}
