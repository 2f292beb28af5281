package procpool

import (
	"context"
	"encoding/binary"
	"errors"
	"reflect"
	"runtime"
	"time"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/fault"
)

// A RawQueue is what a Queue of any type is made of. Values are taken from and stored
// to where a pointer points.
type RawQueue struct {
	id  uint64
	err error // why it could not be made
	own *held
}

// NewRawQueue makes a queue for capacity values; 0 or less: any number.
func NewRawQueue(capacity int) *RawQueue {
	this.Ready()
	a, err := this.Ask(broker.Request{Op: broker.OpNewQueue, N: int64(capacity)})
	q := &RawQueue{id: a.Number(), err: err}
	if err == nil {
		q.own = holdMade(q, &held{number: q.id})
	}
	return q
}

func (q *RawQueue) ask(ctx context.Context, op byte, wait time.Duration) (broker.Answer, error) {
	switch {
	case q == nil:
		panic(errUnmadeHandle)
	case q.err != nil:
		return broker.Answer{}, q.err
	case ctx.Err() != nil:
		return broker.Answer{}, context.Cause(ctx)
	}
	defer runtime.KeepAlive(q)
	return this.AskContext(ctx, broker.Request{Op: op, ID: q.id, Wait: wait})
}

// Put adds what v points to, waiting for room. A value that cannot cross is an
// *EncodeError, and nothing is added.
func (q *RawQueue) Put(v any) error { return q.put(context.Background(), v, -1) }

// PutContext is Put until ctx is done; then its error is ctx's cause.
func (q *RawQueue) PutContext(ctx context.Context, v any) error { return q.put(ctx, v, -1) }

// PutTimeout is Put, for d at most; then its error is ErrFull.
func (q *RawQueue) PutTimeout(v any, d time.Duration) error {
	return q.put(context.Background(), v, max(d, 0))
}

func (q *RawQueue) put(ctx context.Context, v any, wait time.Duration) error {
	if q == nil || q.err != nil {
		_, err := q.ask(ctx, broker.OpPut, wait)
		return err
	}
	r := broker.Request{Op: broker.OpPut, ID: q.id, Wait: wait}
	s, err := this.pack(&r, reflect.ValueOf(v).Elem())
	if err != nil {
		return err
	}
	defer runtime.KeepAlive(q)
	return this.post(ctx, r, s)
}

// Get takes the first value to where into points, waiting for one.
func (q *RawQueue) Get(into any) error { return q.get(context.Background(), into, -1) }

// GetContext is Get until ctx is done; then its error is ctx's cause.
func (q *RawQueue) GetContext(ctx context.Context, into any) error { return q.get(ctx, into, -1) }

// GetTimeout is Get, for d at most; then its error is ErrEmpty.
func (q *RawQueue) GetTimeout(into any, d time.Duration) error {
	return q.get(context.Background(), into, max(d, 0))
}

func (q *RawQueue) get(ctx context.Context, into any, wait time.Duration) error {
	a, err := q.ask(ctx, broker.OpGet, wait)
	if err != nil {
		return err
	}
	return this.decodeInto(a, into)
}

// Ended reports whether err, of a Get, only says that the queue is closed and empty.
func (q *RawQueue) Ended(err error) bool { return errors.Is(err, fault.ErrClosed) }

// Len returns how many values are in the queue.
func (q *RawQueue) Len() int {
	a, _ := q.ask(context.Background(), broker.OpLen, 0)
	return int(a.Number())
}

// Full reports whether there is no room.
func (q *RawQueue) Full() bool {
	a, err := q.ask(context.Background(), broker.OpLen, 0)
	return err == nil && len(a.Data) == 16 && a.Data[8] == 1
}

// Close makes later Puts fail with ErrClosed, and Gets once the queue is empty.
func (q *RawQueue) Close() error {
	_, err := q.ask(context.Background(), broker.OpCloseQueue, 0)
	return err
}

// TaskDone says that a value which Get returned has been dealt with.
func (q *RawQueue) TaskDone() error {
	_, err := q.ask(context.Background(), broker.OpTaskDone, 0)
	return err
}

// Wait returns when TaskDone was called for every value that was put.
func (q *RawQueue) Wait() error { return q.WaitContext(context.Background()) }

// WaitContext is Wait until ctx is done; then its error is ctx's cause.
func (q *RawQueue) WaitContext(ctx context.Context) error {
	_, err := q.ask(ctx, broker.OpWaitTasks, -1)
	return err
}

// Numbered adds the number under which processes say that they hold it.
func (q *RawQueue) Numbered(numbers []byte) []byte { return q.own.Numbered(numbers) }

func queueHandle() codec.Handle {
	return codec.Handle{
		Name: "Queue",
		Type: reflect.TypeFor[*RawQueue](),
		Encode: func(v any) ([]byte, error) {
			q := v.(*RawQueue)
			return broker.Number(q.id), q.err
		},
		Decode: func(data []byte) (any, error) {
			if len(data) != 8 {
				return nil, fault.Errorf("a queue that cannot be read")
			}
			q := &RawQueue{id: binary.LittleEndian.Uint64(data)}
			q.own = holdCame(q, &held{number: q.id})
			return q, nil
		},
		Lost: func(v any) { v.(*RawQueue).own.lost() },
	}
}
