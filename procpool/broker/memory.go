package broker

import (
	"slices"
	"sync/atomic"

	"github.com/parago/parago/procpool/shm"
)

// arenaSize is the size of a segment for small things.
const arenaSize = 256 << 10

// SlotHeader is the room before shared data, in bytes: a lock.
const SlotHeader = 64

// A lock's word holds the number of its owner, 0 if it is free, and marks.
const (
	LockContended = 1 << 31 // somebody waits
	LockOrphaned  = 1 << 30 // the last owner has ended with the lock, and who holds it since was told
	LockOwner     = LockOrphaned - 1
)

// alloc makes shared memory: a slot of the arena, or a segment if it is large.
func (b *Broker) alloc(r Request, reply func(Answer)) {
	size := (int(r.N) + SlotHeader + 63) &^ 63
	if r.N < 0 || r.N > 1<<46 {
		reply(Answer{Status: StatusFailed, Data: []byte("impossible size")})
		return
	}
	id, offset := b.arena, b.used
	if size > arenaSize/8 || id == 0 || offset+size > arenaSize {
		seg, err := shm.New(max(size, arenaSize))
		if err != nil {
			reply(Answer{Status: StatusFailed, Data: []byte(err.Error())})
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
	reply(Answer{Data: append(Number(id), Number(uint64(offset))...)})
}

func (b *Broker) segment(r Request, reply func(Answer)) {
	seg := b.segments[r.ID]
	if seg == nil {
		reply(Answer{Status: StatusUnknown})
		return
	}
	reply(Answer{Data: Number(uint64(len(seg.Data))), File: seg.File})
}

// owner gives a process the number by which its locks are known.
func (b *Broker) owner(r Request, reply func(Answer)) {
	n := uint32(b.number())
	b.owners[n] = r.From
	reply(Answer{Data: Number(uint64(n))})
}

// Segment returns a segment of the broker's own process, nil if there is none.
func (b *Broker) Segment(id uint64) *shm.Segment {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.segments[id]
}

// dropLocks frees the locks of processes that are gone, and marks them for the next owner.
func (b *Broker) dropLocks(gone func(identity string) bool) {
	var owners []uint32
	for n, id := range b.owners {
		if gone(id) {
			owners = append(owners, n)
			delete(b.owners, n)
		}
	}
	if len(owners) == 0 {
		return
	}
	for _, word := range b.locks {
		if v := atomic.LoadUint32(word); slices.Contains(owners, v&LockOwner) {
			if atomic.CompareAndSwapUint32(word, v, LockOrphaned) {
				shm.Wake(word, 1<<20)
			}
		}
	}
}
