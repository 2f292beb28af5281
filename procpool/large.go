package procpool

import (
	"encoding/binary"
	"os"

	"github.com/parago/parago/procpool/shm"
	"github.com/parago/parago/procpool/wire"
)

// Tasks from sharedSize on cross in shared memory: a socket holds little, so both
// processes would be woken thousands of times. A child keeps a segment of up to
// keptSize, since fresh memory costs more than copying.
const (
	sharedSize = 1 << 20
	keptSize   = 256 << 20
)

// A large is a task in shared memory, as it is announced: how long the task is, how
// long the segment, and whether it stays for the next task.
type large struct {
	task, segment uint64
	kept          bool
}

func (l large) encode() []byte {
	kept := byte(0)
	if l.kept {
		kept = 1
	}
	return append(append(number64(l.task), number64(l.segment)...), kept)
}

func decodeLarge(data []byte) (l large, ok bool) {
	if len(data) != 17 {
		return l, false
	}
	l = large{binary.LittleEndian.Uint64(data), binary.LittleEndian.Uint64(data[8:]), data[16] == 1}
	return l, l.task <= l.segment && l.segment <= 1<<46
}

// sendTask puts a task. Idle says that the child has read all earlier ones.
func (c *child) sendTask(id uint64, task []byte, idle bool) {
	if len(task) >= sharedSize && c.sendLarge(id, task, idle) == nil {
		return
	}
	c.out.Put(wire.Frame{Kind: frameTask, ID: id, Data: task})
}

func (c *child) sendLarge(id uint64, task []byte, idle bool) error {
	c.largeMu.Lock()
	defer c.largeMu.Unlock()
	if c.dead {
		return os.ErrProcessDone
	}
	if idle && c.large != nil && len(c.large.Data) >= len(task) {
		copy(c.large.Data, task)
		l := large{uint64(len(task)), uint64(len(c.large.Data)), true}
		return c.out.Send(wire.Frame{Kind: frameLarge, ID: id, Data: l.encode()})
	}
	seg, err := shm.New((len(task) + 1<<20) &^ (1<<20 - 1))
	if err != nil {
		return err
	}
	copy(seg.Data, task)
	kept := idle && len(seg.Data) <= keptSize
	l := large{uint64(len(task)), uint64(len(seg.Data)), kept}
	err = c.out.Send(wire.Frame{Kind: frameLarge, ID: id, Data: l.encode(), File: seg.File})
	if !kept {
		seg.Close()
		return err
	}
	if c.large != nil {
		c.large.Close()
	}
	c.large = seg
	return err
}

// freeLarge is called when the child is gone.
func (c *child) freeLarge() {
	c.largeMu.Lock()
	defer c.largeMu.Unlock()
	c.dead = true
	if c.large != nil {
		c.large.Close()
		c.large = nil
	}
}

// large runs a task in shared memory. Decoding copies all of it.
func (u *parentLink) large(f wire.Frame) {
	l, ok := decodeLarge(f.Data)
	if !ok {
		fatal(errorf("a large task that cannot be read"))
	}
	seg := u.kept
	if f.File != nil {
		seg = mapLarge(f.File, int(l.segment))
		if l.kept {
			if u.kept != nil {
				u.kept.Close()
			}
			u.kept = seg
		}
	}
	if seg == nil || uint64(len(seg.Data)) < l.task {
		fatal(errorf("a large task without its memory"))
	}
	if !l.kept {
		defer seg.Close()
	}
	u.task(wire.Frame{Kind: frameTask, ID: f.ID, Data: seg.Data[:l.task]})
}

func mapLarge(f *os.File, size int) *shm.Segment {
	seg, err := shm.Map(f, size)
	if err != nil {
		fatal(err)
	}
	return seg
}
