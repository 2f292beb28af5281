package broker

import (
	"encoding/binary"
	"os"
	"time"
)

// A Request is what a process asks of the broker.
type Request struct {
	Op    byte
	ID    uint64        // of the object
	N     int64         // capacity, end of a pipe, size, …
	Wait  time.Duration // how long at most; negative: as long as it takes
	Token uint64        // by which From can have it forgotten
	From  string        // the process's identity
	Data  []byte
}

// An Answer is what it gets.
type Answer struct {
	Status byte
	Data   []byte
	File   *os.File
}

// The operations.
const (
	OpNewQueue = iota
	OpPut
	OpGet
	OpLen
	OpCloseQueue
	OpTaskDone
	OpWaitTasks
	OpNewPipe
	OpSend
	OpRecv
	OpPoll
	OpCloseConn
	OpPass // Data: the identity of who holds the end, too; N>>1: the sender lets go
	OpAlloc
	OpSegment
	OpOwner
	OpEnded  // Data: the identity of a process that is no more
	OpForget // N: the token of the sender's request
)

// The outcomes.
const (
	StatusOK = iota
	StatusFull
	StatusEmpty
	StatusClosed
	StatusEOF
	StatusPeerClosed
	StatusTooMany
	StatusUnknown
	StatusFailed // Data: why
	StatusForgotten
)

// ops is what the broker can do. Each is called with mu held and replies now, or
// leaves a waiter.
var ops = [...]func(b *Broker, r Request, reply func(Answer)){
	OpNewQueue:   (*Broker).newQueue,
	OpPut:        (*Broker).put,
	OpGet:        (*Broker).get,
	OpLen:        (*Broker).length,
	OpCloseQueue: (*Broker).closeQueue,
	OpTaskDone:   (*Broker).taskDone,
	OpWaitTasks:  (*Broker).waitTasks,
	OpNewPipe:    (*Broker).newPipe,
	OpSend:       (*Broker).sendPipe,
	OpRecv:       (*Broker).recvPipe,
	OpPoll:       (*Broker).pollPipe,
	OpCloseConn:  (*Broker).closeConn,
	OpPass:       (*Broker).passConn,
	OpAlloc:      (*Broker).alloc,
	OpSegment:    (*Broker).segment,
	OpOwner:      (*Broker).owner,
	OpEnded:      (*Broker).ended,
	OpForget:     (*Broker).forget,
}

// headerSize is what an encoded request has before From.
const headerSize = 34

// Encode returns the request as DecodeRequest reads it.
func (r *Request) Encode() []byte {
	buf := make([]byte, 0, headerSize+len(r.From)+len(r.Data))
	buf = append(buf, r.Op)
	for _, n := range []uint64{r.ID, uint64(r.N), uint64(r.Wait), r.Token} {
		buf = binary.LittleEndian.AppendUint64(buf, n)
	}
	buf = append(buf, byte(len(r.From)))
	return append(append(buf, r.From...), r.Data...)
}

// DecodeRequest reads an encoded request, whose Data it keeps.
func DecodeRequest(b []byte) (r Request, ok bool) {
	if len(b) < headerSize || len(b) < headerSize+int(b[headerSize-1]) {
		return r, false
	}
	data := headerSize + int(b[headerSize-1])
	return Request{
		Op:    b[0],
		ID:    binary.LittleEndian.Uint64(b[1:]),
		N:     int64(binary.LittleEndian.Uint64(b[9:])),
		Wait:  time.Duration(binary.LittleEndian.Uint64(b[17:])),
		Token: binary.LittleEndian.Uint64(b[25:]),
		From:  string(b[headerSize:data]),
		Data:  b[data:],
	}, true
}

// Number is how numbers stand in Data.
func Number(n uint64) []byte { return binary.LittleEndian.AppendUint64(nil, n) }

// Number returns the first number of an answer, 0 if there is none.
func (a Answer) Number() uint64 {
	if len(a.Data) < 8 {
		return 0
	}
	return binary.LittleEndian.Uint64(a.Data)
}
