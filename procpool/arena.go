package procpool

import "github.com/parago/parago/procpool/shm"

// arenaSize is the size of a segment for small things.
const arenaSize = 256 << 10

// slotHeader is the room before shared data: a lock.
const slotHeader = 64

// alloc makes shared memory: a slot of the arena, or a segment if it is large.
func (b *broker) alloc(r request, reply func(answer)) {
	size := (int(r.n) + slotHeader + 63) &^ 63
	if r.n < 0 || r.n > 1<<46 {
		reply(answer{status: statusFailed, data: []byte("impossible size")})
		return
	}
	id, offset := b.arena, b.used
	if size > arenaSize/8 || id == 0 || offset+size > arenaSize {
		seg, err := shm.New(max(size, arenaSize))
		if err != nil {
			reply(answer{status: statusFailed, data: []byte(err.Error())})
			return
		}
		id, offset = b.number(), 0
		b.segments[id] = seg
		if size <= arenaSize/8 {
			b.arena, b.used = id, 0
		}
	}
	if id == b.arena {
		b.used = offset + size
	}
	b.locks = append(b.locks, b.segments[id].Uint32(offset))
	reply(answer{data: append(number64(id), number64(uint64(offset))...)})
}

func (b *broker) segment(r request, reply func(answer)) {
	seg := b.segments[r.id]
	if seg == nil {
		reply(answer{status: statusUnknown})
		return
	}
	reply(answer{data: number64(uint64(len(seg.Data))), file: seg.File})
}

// owner gives a process the number by which its locks are known.
func (b *broker) owner(r request, reply func(answer)) {
	n := uint32(b.number())
	b.owners[n] = r.from
	reply(answer{data: number64(uint64(n))})
}
