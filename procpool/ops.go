package procpool

import (
	"encoding/binary"
	"os"
	"time"
)

// A request is what a process asks of the broker.
type request struct {
	op   byte
	id   uint64        // of the object
	n    int64         // capacity, end of a pipe, size
	wait time.Duration // how long at most; negative: as long as it takes
	from string        // the process's identity
	data []byte

	asked chan answer // by whom, in the broker's own process
}

// An answer is what it gets.
type answer struct {
	status byte
	data   []byte
	file   *os.File
}

const (
	opNewQueue = iota
	opPut
	opGet
	opLen
	opCloseQueue
	opTaskDone
	opWaitTasks
	opNewPipe
	opSend
	opRecv
	opPoll
	opCloseConn
	opPass // data: the identity of who holds the end, too; n>>1: the sender lets go
	opAlloc
	opSegment
	opOwner
	opEnded
)

const (
	statusOK = iota
	statusFull
	statusEmpty
	statusClosed
	statusEOF
	statusPeerClosed
	statusTooMany
	statusUnknown
	statusFailed
)

func (r *request) encode() []byte {
	buf := []byte{r.op}
	buf = binary.LittleEndian.AppendUint64(buf, r.id)
	buf = binary.LittleEndian.AppendUint64(buf, uint64(r.n))
	buf = binary.LittleEndian.AppendUint64(buf, uint64(r.wait))
	buf = append(buf, byte(len(r.from)))
	return append(append(buf, r.from...), r.data...)
}

func decodeRequest(b []byte) (r request, ok bool) {
	if len(b) < 26 || len(b) < 26+int(b[25]) {
		return r, false
	}
	r.op = b[0]
	r.id = binary.LittleEndian.Uint64(b[1:])
	r.n = int64(binary.LittleEndian.Uint64(b[9:]))
	r.wait = time.Duration(binary.LittleEndian.Uint64(b[17:]))
	r.from = string(b[26 : 26+int(b[25])])
	r.data = b[26+int(b[25]):]
	return r, true
}

// ops is what the broker can do. Each is called with mu held and replies now, or
// leaves a waiter.
var ops = [...]func(b *broker, r request, reply func(answer)){
	opNewQueue:   (*broker).newQueue,
	opPut:        (*broker).put,
	opGet:        (*broker).get,
	opLen:        (*broker).length,
	opCloseQueue: (*broker).closeQueue,
	opTaskDone:   (*broker).taskDone,
	opWaitTasks:  (*broker).waitTasks,
	opNewPipe:    (*broker).newPipe,
	opSend:       (*broker).sendPipe,
	opRecv:       (*broker).recvPipe,
	opPoll:       (*broker).pollPipe,
	opCloseConn:  (*broker).closeConn,
	opPass:       (*broker).passConn,
	opAlloc:      (*broker).alloc,
	opSegment:    (*broker).segment,
	opOwner:      (*broker).owner,
	opEnded:      func(b *broker, r request, reply func(answer)) { b.ended(string(r.data)); reply(answer{}) },
}
