package broker

import (
	"encoding/binary"
	"os"
	"strconv"
)

// An item is a message in a mailbox. It keeps the ends of pipes that it takes along open
// until it is delivered, so who has sent them may end.
type item struct {
	data   []byte
	file   *os.File // the memory that data is about, or nil; the item's to close
	holder string   // of the ends; "" if there are none
	ends   []passed
	number uint64   // order of delivery
	held   []uint64 // what the message has handles of, until it is delivered
}

// A passed is an end of a pipe.
type passed struct {
	id uint64
	n  int
}

// maxFiles is how many items may be in files at a time: there are only so many descriptors.
const maxFiles = 64

// Parcel puts a message, the ends of pipes in it, and the numbers of all that it has handles of into the Data
// of OpPut and OpSend.
func Parcel(message, ends, held []byte) []byte {
	if len(held) > 0 {
		message = append(message, held...)
	}
	message = binary.LittleEndian.AppendUint32(message, uint32(len(held)/numberSize))
	return append(append(message, ends...), byte(len(ends)/endSize))
}

// AppendEnd adds the end n of a pipe to the ends of a parcel.
func AppendEnd(ends []byte, id uint64, n int) []byte {
	return append(binary.LittleEndian.AppendUint64(ends, id), byte(n&1))
}

const (
	endSize    = 9
	numberSize = 8
)

// MaxEnds is how many ends of pipes one message can take along.
const MaxEnds = 255

func parseParcel(data []byte) (message []byte, ends []passed, held []uint64, ok bool) {
	if len(data) == 0 {
		return nil, nil, nil, false
	}
	n := int(data[len(data)-1])
	data = data[:len(data)-1]
	if len(data) < n*endSize+4 {
		return nil, nil, nil, false
	}
	data, last := data[:len(data)-n*endSize], data[len(data)-n*endSize:]
	for p := last; len(p) > 0; p = p[endSize:] {
		ends = append(ends, passed{binary.LittleEndian.Uint64(p), int(p[8] & 1)})
	}
	count := len(data) - 4
	size := uint64(binary.LittleEndian.Uint32(data[count:])) * numberSize
	if uint64(count) < size {
		return nil, nil, nil, false
	}
	at := count - int(size)
	message = data[:at:at]
	for p := data[at:count]; len(p) > 0; p = p[numberSize:] {
		held = append(held, binary.LittleEndian.Uint64(p))
	}
	return message, ends, held, true
}

// pack makes an item of a request. The sender lets go of the ends of pipes in it.
func (b *Broker) pack(r Request) *item {
	message, ends, held, _ := parseParcel(r.Data) // which add has looked at
	it := &item{data: message, file: r.File, held: b.enclose(held)}
	if it.file != nil {
		b.files++
		if b.files > maxFiles {
			b.unfile(it)
		}
	}
	if len(ends) > 0 {
		it.holder = "#" + strconv.FormatUint(b.number(), 10)
	}
	for _, e := range ends {
		if p := b.pipes[e.id]; p != nil && !p.ends[e.n].closed {
			it.ends = append(it.ends, e)
			p.ends[e.n].hold(it.holder)
			p.ends[e.n].pass(r.From)
		}
	}
	return it
}

// unfile copies what is in an item's file to the heap.
func (b *Broker) unfile(it *item) {
	size := uint64(0)
	if len(it.data) >= 8 {
		size = binary.LittleEndian.Uint64(it.data)
	}
	info, err := it.file.Stat()
	if err != nil || size > uint64(info.Size()) {
		return
	}
	data := make([]byte, size)
	if _, err := it.file.ReadAt(data, 0); err != nil {
		return
	}
	it.data = data
	b.closeFile(it)
}

// closeFile lets the sender use its memory again.
func (b *Broker) closeFile(it *item) {
	if it.file == nil {
		return
	}
	b.files--
	if info, err := it.file.Stat(); err == nil {
		it.file.WriteAt(make([]byte, 4), info.Size()-BusySize)
	}
	it.file.Close()
	it.file = nil
}

// BusySize is the room at the end of a file that is sent along: a word that says whether
// somebody may still read it, and what keeps it apart.
const BusySize = 64

// arrive makes who gets an item the holder of the ends in it.
func (b *Broker) arrive(it *item, at string) {
	for _, e := range it.ends {
		if p := b.pipes[e.id]; p != nil && !p.ends[e.n].closed {
			p.ends[e.n].hold(at)
			delete(p.ends[e.n].holders, it.holder)
		}
	}
}

// discard drops an item that nobody will get.
func (b *Broker) discard(it *item) {
	b.closeFile(it)
	for _, e := range it.ends {
		if p := b.pipes[e.id]; p != nil {
			delete(p.ends[e.n].holders, it.holder)
			b.checkEnd(e.id, p, e.n)
		}
	}
	it.ends = nil
	b.opened(it)
}

// opened has an item hold no longer what it has handles of.
func (b *Broker) opened(it *item) {
	held := it.held
	it.held = nil
	b.disclose(held)
}

// A delivery is an item on its way to a process, which may be killed before it has it.
type delivery struct {
	*item
	box *mailbox
	to  string
}

// deliver answers a request with the first item of a mailbox.
func (b *Broker) deliver(m *mailbox, r Request, reply func(Answer)) {
	it := m.items[0]
	if limit := r.N >> limitShift; limit > 0 && int64(it.size()) >= limit {
		reply(Answer{Status: StatusTooLong, Data: Number(uint64(it.size()))})
		return
	}
	b.pop(m)
	b.arrive(it, r.From)
	status := byte(StatusOK)
	if len(it.held) > 0 {
		status = StatusHolding
		b.decoding[asker{r.From, r.Token}] = b.enclose(it.held)
	}
	if r.From == "" || r.Token == 0 { // the broker's own process, with which all ends
		reply(Answer{Status: status, Data: it.data, File: it.file, Own: true})
		b.opened(it)
		if it.file != nil {
			b.files--
			it.file = nil
		}
		return
	}
	it.number = b.number()
	b.deliveries[asker{r.From, r.Token}] = &delivery{it, m, r.From}
	reply(Answer{Status: status, Data: it.data, File: it.file})
}

// size is that of the message, which may be in the file.
func (it *item) size() int {
	if it.file != nil && len(it.data) >= 8 {
		return int(binary.LittleEndian.Uint64(it.data))
	}
	return len(it.data)
}

// took is told by a process that it has the item which answered its request N, or with ID 1 that it had no
// descriptor for the item's file: then the item is the next again.
func (b *Broker) took(r Request, reply func(Answer)) {
	key := asker{r.From, uint64(r.N)}
	if d := b.deliveries[key]; d != nil {
		delete(b.deliveries, key)
		if r.ID == 1 {
			b.disclose(b.decoding[key])
			delete(b.decoding, key)
			b.giveBack([]*delivery{d})
			reply(Answer{})
			return
		}
		b.opened(d.item)
		if d.file != nil { // whose reader says that it has read it
			b.files--
			d.file.Close()
		}
	}
	reply(Answer{})
}
