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
	File  *os.File // of OpPut, OpSend and OpKeep: memory, from then on the broker's; it is not part of the encoding
}

// An Answer is what it gets.
type Answer struct {
	Status byte
	Data   []byte
	File   *os.File
	Own    bool   // File is the receiver's to close
	Token  uint64 // of the request; it is not part of the encoding
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
	OpEnded        // Data: the identity of a process that is no more
	OpForget       // N: the token of the sender's request
	OpNewSemaphore // N: the permits; Data: 1 if it is bounded
	OpAcquire
	OpRelease
	OpPermits
	OpNewEvent
	OpSetEvent // N: 0 clears it
	OpWaitEvent
	OpNewCond
	OpEnterCond
	OpWaitCond     // N: the ticket
	OpLeaveCond    // N: the ticket
	OpSignalCond   // N: how many; negative: all
	OpNewBarrier   // N: the parties
	OpWaitBarrier  // Data: 1 if the sender has an action
	OpActedBarrier // N: the round; Data: 1 if it went well
	OpResetBarrier // N: 1 breaks it
	OpLookBarrier
	OpNewDict
	OpGetDict
	OpSetDict
	OpDeleteDict
	OpUpdateDict
	OpCommitDict
	OpClearDict
	OpLenDict
	OpAllDict
	OpNewList
	OpInsertList
	OpGetList
	OpSetList
	OpPopList
	OpUpdateList
	OpCommitList
	OpClearList
	OpLenList
	OpAllList
	OpPassTurn // N: the turn of an update
	OpNewActor
	OpStartedActor
	OpCallActor
	OpStopActor
	OpNextActor
	OpReturnActor
	OpEndActor
	OpLookActor
	OpTook   // N: the token of the request whose answer has arrived; ID: 1 if its file has not
	OpSelect // Data: of SelectItem; N: the part to look at first
	OpKeep   // N: the file's size; Data: about it; ID: 1 if Data is a name
	OpFetch  // ID: the number, or 0 and Data: the name
	OpDrop
	OpLook    // at an object or a queue: ParseLook reads the answer
	OpHold    // the sender has a handle of ID
	OpLetGo   // it has none any more. N: 1 if it goes on to use the memory
	OpPin     // a handle of ID is where nobody keeps count
	OpDecoded // N: the token of the request whose answer was StatusHolding
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
	StatusBroken   // of a barrier
	StatusAct      // Data: the round and the index of who is to run the action
	StatusAbsent   // no such entry
	StatusConflict // somebody else has changed the entry
	StatusDied     // Data: how the actor did
	StatusTooLong  // Data: the message's size
	StatusExists
	StatusHolding // as StatusOK. The broker holds what the message has handles of until OpDecoded
)

// ops is what the broker can do. Each is called with mu held and replies now, or
// leaves a waiter.
var ops = [...]func(b *Broker, r Request, reply func(Answer)){
	OpNewQueue:     (*Broker).newQueue,
	OpPut:          (*Broker).put,
	OpGet:          (*Broker).get,
	OpLen:          (*Broker).length,
	OpCloseQueue:   (*Broker).closeQueue,
	OpTaskDone:     (*Broker).taskDone,
	OpWaitTasks:    (*Broker).waitTasks,
	OpNewPipe:      (*Broker).newPipe,
	OpSend:         (*Broker).sendPipe,
	OpRecv:         (*Broker).recvPipe,
	OpPoll:         (*Broker).pollPipe,
	OpCloseConn:    (*Broker).closeConn,
	OpPass:         (*Broker).passConn,
	OpAlloc:        (*Broker).alloc,
	OpSegment:      (*Broker).segment,
	OpOwner:        (*Broker).owner,
	OpEnded:        (*Broker).ended,
	OpForget:       (*Broker).forget,
	OpNewSemaphore: (*Broker).newSemaphore,
	OpAcquire:      (*Broker).acquire,
	OpRelease:      (*Broker).release,
	OpPermits:      (*Broker).permits,
	OpNewEvent:     (*Broker).newEvent,
	OpSetEvent:     (*Broker).setEvent,
	OpWaitEvent:    (*Broker).waitEvent,
	OpNewCond:      (*Broker).newCond,
	OpEnterCond:    (*Broker).enterCond,
	OpWaitCond:     (*Broker).waitCond,
	OpLeaveCond:    (*Broker).leaveCond,
	OpSignalCond:   (*Broker).signalCond,
	OpNewBarrier:   (*Broker).newBarrier,
	OpWaitBarrier:  (*Broker).waitBarrier,
	OpActedBarrier: (*Broker).actedBarrier,
	OpResetBarrier: (*Broker).resetBarrier,
	OpLookBarrier:  (*Broker).lookBarrier,
	OpNewDict:      (*Broker).newDict,
	OpGetDict:      (*Broker).getDict,
	OpSetDict:      (*Broker).setDict,
	OpDeleteDict:   (*Broker).deleteDict,
	OpUpdateDict:   (*Broker).updateDict,
	OpCommitDict:   (*Broker).commitDict,
	OpClearDict:    (*Broker).clearDict,
	OpLenDict:      (*Broker).lenDict,
	OpAllDict:      (*Broker).allDict,
	OpNewList:      (*Broker).newList,
	OpInsertList:   (*Broker).insertList,
	OpGetList:      (*Broker).getList,
	OpSetList:      (*Broker).setList,
	OpPopList:      (*Broker).popList,
	OpUpdateList:   (*Broker).updateList,
	OpCommitList:   (*Broker).commitList,
	OpClearList:    (*Broker).clearList,
	OpLenList:      (*Broker).lenList,
	OpAllList:      (*Broker).allList,
	OpPassTurn:     (*Broker).passTurn,
	OpNewActor:     (*Broker).newActor,
	OpStartedActor: (*Broker).startedActor,
	OpCallActor:    (*Broker).callActor,
	OpStopActor:    (*Broker).stopActor,
	OpNextActor:    (*Broker).nextActor,
	OpReturnActor:  (*Broker).returnActor,
	OpEndActor:     (*Broker).endActor,
	OpLookActor:    (*Broker).lookActor,
	OpTook:         (*Broker).took,
	OpSelect:       (*Broker).selectReady,
	OpKeep:         (*Broker).keepFile,
	OpFetch:        (*Broker).fetchFile,
	OpDrop:         (*Broker).dropFile,
	OpLook:         (*Broker).lookAt,
	OpHold:         (*Broker).hold,
	OpLetGo:        (*Broker).letGo,
	OpPin:          (*Broker).pin,
	OpDecoded:      (*Broker).decoded,
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
