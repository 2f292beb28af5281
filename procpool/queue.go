package procpool

import (
	"encoding/binary"
	"reflect"
	"time"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/codec"
)

// A RawQueue is what a Queue of any type is made of. Values are taken from and stored
// to where a pointer points.
type RawQueue struct {
	id  uint64
	err error // why it could not be made
}

// NewRawQueue makes a queue for capacity values; 0 or less: any number.
func NewRawQueue(capacity int) *RawQueue {
	this.registerHandles()
	a, err := this.ask(broker.Request{Op: broker.OpNewQueue, N: int64(capacity)})
	return &RawQueue{id: a.Number(), err: err}
}

func (q *RawQueue) ask(op byte, wait time.Duration, data []byte) (broker.Answer, error) {
	if q.err != nil {
		return broker.Answer{}, q.err
	}
	return this.ask(broker.Request{Op: op, ID: q.id, Wait: wait, Data: data})
}

// Put adds what v points to, waiting for room. A value that cannot cross is an
// *EncodeError, and nothing is added.
func (q *RawQueue) Put(v any) error { return q.put(v, -1) }

// PutTimeout is Put, for d at most; then its error is ErrFull.
func (q *RawQueue) PutTimeout(v any, d time.Duration) error { return q.put(v, max(d, 0)) }

func (q *RawQueue) put(v any, wait time.Duration) error {
	data, err := this.codec.Encode(nil, reflect.ValueOf(v).Elem())
	if err != nil {
		return atPath(err, "value")
	}
	_, err = q.ask(broker.OpPut, wait, data)
	return err
}

// Get takes the first value to where into points, waiting for one.
func (q *RawQueue) Get(into any) error { return q.get(into, -1) }

// GetTimeout is Get, for d at most; then its error is ErrEmpty.
func (q *RawQueue) GetTimeout(into any, d time.Duration) error { return q.get(into, max(d, 0)) }

func (q *RawQueue) get(into any, wait time.Duration) error {
	a, err := q.ask(broker.OpGet, wait, nil)
	if err != nil {
		return err
	}
	return this.codec.Decode(a.Data, reflect.ValueOf(into))
}

// Len returns how many values are in the queue.
func (q *RawQueue) Len() int {
	a, _ := q.ask(broker.OpLen, 0, nil)
	return int(a.Number())
}

// Full reports whether there is no room.
func (q *RawQueue) Full() bool {
	a, err := q.ask(broker.OpLen, 0, nil)
	return err == nil && len(a.Data) == 16 && a.Data[8] == 1
}

// Close makes later Puts fail with ErrClosed, and Gets once the queue is empty.
func (q *RawQueue) Close() error {
	_, err := q.ask(broker.OpCloseQueue, 0, nil)
	return err
}

// TaskDone says that a value which Get returned has been dealt with.
func (q *RawQueue) TaskDone() error {
	_, err := q.ask(broker.OpTaskDone, 0, nil)
	return err
}

// Wait returns when TaskDone was called for every value that was put.
func (q *RawQueue) Wait() error {
	_, err := q.ask(broker.OpWaitTasks, -1, nil)
	return err
}

func queueHandle() codec.Handle {
	return codec.Handle{
		Name:   "Queue",
		Type:   reflect.TypeFor[*RawQueue](),
		Encode: func(v any) ([]byte, error) { return broker.Number(v.(*RawQueue).id), v.(*RawQueue).err },
		Decode: func(data []byte) (any, error) {
			if len(data) != 8 {
				return nil, errorf("a queue that cannot be read")
			}
			return &RawQueue{id: binary.LittleEndian.Uint64(data)}, nil
		},
	}
}
