package broker

import (
	"os"
	"strconv"

	"github.com/parago/parago/procpool/shm"
)

// A kept is memory that a process has filled and that others may map, by number or name.
// It is there until somebody drops it.
type kept struct {
	file *os.File
	size uint64
	meta []byte
	name string
}

// keepFile takes over a request's file of N bytes, if there is one. Data is about it, and comes with it.
// ID 1 gives it a name.
func (b *Broker) keepFile(r Request, reply func(Answer)) {
	k := &kept{file: r.File, size: uint64(r.N), meta: r.Data}
	id := b.number()
	if r.ID == 1 {
		k.name, k.meta = string(r.Data), nil
		if k.name == "" {
			k.name = "SharedMemory-" + strconv.FormatUint(id, 10)
		}
		if _, taken := b.names[k.name]; taken {
			k.file.Close()
			reply(Answer{Status: StatusExists})
			return
		}
		b.names[k.name] = id
	}
	b.kept[id] = k
	if k.file != nil {
		b.keptFiles++
	}
	if k.name == "" { // what has a name is there until that is taken away
		b.made(id, r.From, func() { b.forgetFile(id) })
	}
	reply(Answer{Data: append(Number(id), k.name...)})
}

// fetchFile replies with the memory of number ID, or if that is 0, of the name Data: its file, and
// its number, size and what is said about it.
func (b *Broker) fetchFile(r Request, reply func(Answer)) {
	id := r.ID
	if id == 0 {
		id = b.names[string(r.Data)]
	}
	k := b.kept[id]
	if k == nil {
		reply(Answer{Status: StatusAbsent})
		return
	}
	var file *os.File
	if k.file != nil {
		var err error
		if file, err = shm.Duplicate(k.file); err != nil { // it may be dropped before it is sent
			reply(Answer{Status: StatusFailed, Data: []byte(err.Error())})
			return
		}
	}
	about := k.meta
	if k.name != "" {
		about = []byte(k.name)
	}
	reply(Answer{Data: append(append(Number(id), Number(k.size)...), about...), File: file, Own: true})
}

// dropFile forgets memory. Who has mapped it keeps it. It may be dropped already.
func (b *Broker) dropFile(r Request, reply func(Answer)) {
	b.forgetFile(r.ID)
	reply(Answer{})
}

func (b *Broker) forgetFile(id uint64) {
	if k := b.kept[id]; k != nil {
		delete(b.kept, id)
		if k.name != "" {
			delete(b.names, k.name)
		}
		if k.file != nil {
			b.keptFiles--
			k.file.Close()
		}
	}
}
