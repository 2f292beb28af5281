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

// A place is where shared memory begins: a segment and an offset in it.
type place struct {
	id     uint64
	offset int
}

// A slot is shared memory that was given out.
type slot struct {
	size  int
	alone bool // in a segment of its own
	lock  *uint32
	used  bool // by the broker's own process, without a handle
}

func slotSize(n int64) int { return (int(n) + SlotHeader + 63) &^ 63 }

// Alone tells whether shared memory of n bytes is a segment of its own.
func Alone(n int64) bool { return slotSize(n) > arenaSize/8 }

// alloc makes shared memory: a slot of the arena, or a segment if it is large. The answer says which,
// where in it, whether it is a segment of its own, and under which number it is held.
func (b *Broker) alloc(r Request, reply func(Answer)) {
	if r.N < 0 || r.N > 1<<46 {
		reply(Answer{Status: StatusFailed, Data: []byte("impossible size")})
		return
	}
	size := slotSize(r.N)
	alone := Alone(r.N)
	at, err := b.room(size, alone)
	if err != nil {
		reply(Answer{Status: StatusFailed, Data: []byte(err.Error())})
		return
	}
	b.slots[at] = &slot{size: size, alone: alone, lock: b.segments[at.id].Uint32(at.offset)}
	number := b.number()
	b.places[number] = at
	b.made(number, r.From, func() {
		delete(b.places, number)
		b.freeMemory(at)
	})
	data := append(Number(at.id), Number(uint64(at.offset))...)
	reply(Answer{Data: append(append(data, flag(alone)), Number(number)...)})
}

// room finds zero memory.
func (b *Broker) room(size int, alone bool) (place, error) {
	if free := b.spare[size]; len(free) > 0 && !alone {
		at := free[len(free)-1]
		b.spare[size] = free[:len(free)-1]
		clear(b.segments[at.id].Data[at.offset : at.offset+size])
		return at, nil
	}
	if !alone && b.arena != 0 && b.used+size <= arenaSize {
		at := place{b.arena, b.used}
		b.used += size
		return at, nil
	}
	seg, err := shm.New(max(size, arenaSize))
	if err != nil {
		return place{}, err
	}
	at := place{id: b.number()}
	b.segments[at.id] = seg
	if !alone {
		b.arena, b.used = at.id, size
	}
	return at, nil
}

// freeMemory takes memory back. A slice of it may stay in use, in the broker's own process: then
// only the descriptor is free.
func (b *Broker) freeMemory(at place) {
	s := b.slots[at]
	delete(b.slots, at)
	if !s.alone {
		b.spare[s.size] = append(b.spare[s.size], at)
		return
	}
	seg := b.segments[at.id]
	delete(b.segments, at.id)
	if s.used {
		seg.File.Close()
		return
	}
	seg.Close()
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

// Files is how many descriptors are open for what processes share.
func (b *Broker) Files() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.segments) + b.keptFiles + b.files
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
	for _, s := range b.slots {
		word := s.lock
		if v := atomic.LoadUint32(word); slices.Contains(owners, v&LockOwner) {
			if atomic.CompareAndSwapUint32(word, v, LockOrphaned) {
				shm.Wake(word, 1<<20)
			}
		}
	}
}
