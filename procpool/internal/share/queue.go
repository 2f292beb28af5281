package share

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

// A Queue is what a Queue of any type is made of. Values are taken from and stored
// to where a pointer points.
type Queue struct {
	space *Space
	id    uint64
	err   error // why it could not be made
	own   *held
}

// NewQueue makes a queue for capacity values; 0 or less: any number.
func NewQueue(sp *Space, capacity int) *Queue {
	sp.Ready()
	a, err := sp.Ask(broker.Request{Op: broker.OpNewQueue, N: int64(capacity)})
	q := &Queue{space: sp, id: a.Number(), err: err}
	if err == nil {
		q.own = holdMade(sp, q, &held{number: q.id})
	}
	return q
}

func (q *Queue) ask(ctx context.Context, op byte, wait time.Duration) (broker.Answer, error) {
	switch {
	case q == nil:
		panic(ErrUnmadeHandle)
	case q.err != nil:
		return broker.Answer{}, q.err
	case ctx.Err() != nil:
		return broker.Answer{}, context.Cause(ctx)
	}
	defer runtime.KeepAlive(q)
	return q.space.askScarce(ctx, broker.Request{Op: op, ID: q.id, Wait: wait})
}

// Put adds what v points to, waiting for room. A value that cannot cross is an
// *EncodeError, and nothing is added.
func (q *Queue) Put(v any) error { return q.put(context.Background(), v, -1) }

// PutContext is Put until ctx is done; then its error is ctx's cause.
func (q *Queue) PutContext(ctx context.Context, v any) error { return q.put(ctx, v, -1) }

// PutTimeout is Put, for d at most; then its error is ErrFull.
func (q *Queue) PutTimeout(v any, d time.Duration) error {
	return q.put(context.Background(), v, max(d, 0))
}

func (q *Queue) put(ctx context.Context, v any, wait time.Duration) error {
	if q == nil || q.err != nil {
		_, err := q.ask(ctx, broker.OpPut, wait)
		return err
	}
	r := broker.Request{Op: broker.OpPut, ID: q.id, Wait: wait}
	s, err := q.space.pack(&r, reflect.ValueOf(v).Elem())
	if err != nil {
		return err
	}
	defer runtime.KeepAlive(q)
	return q.space.post(ctx, r, s)
}

// Get takes the first value to where into points, waiting for one.
func (q *Queue) Get(into any) error { return q.get(context.Background(), into, -1) }

// GetContext is Get until ctx is done; then its error is ctx's cause.
func (q *Queue) GetContext(ctx context.Context, into any) error { return q.get(ctx, into, -1) }

// GetTimeout is Get, for d at most; then its error is ErrEmpty.
func (q *Queue) GetTimeout(into any, d time.Duration) error {
	return q.get(context.Background(), into, max(d, 0))
}

func (q *Queue) get(ctx context.Context, into any, wait time.Duration) error {
	a, err := q.ask(ctx, broker.OpGet, wait)
	if err != nil {
		return err
	}
	return q.space.decodeInto(a, into)
}

// Ended reports whether err, of a Get, only says that the queue is closed and empty.
func (q *Queue) Ended(err error) bool { return errors.Is(err, fault.ErrClosed) }

// Len returns how many values are in the queue.
func (q *Queue) Len() int {
	a, _ := q.ask(context.Background(), broker.OpLen, 0)
	return int(a.Number())
}

// Full reports whether there is no room.
func (q *Queue) Full() bool {
	a, err := q.ask(context.Background(), broker.OpLen, 0)
	return err == nil && len(a.Data) == 16 && a.Data[8] == 1
}

// Close makes later Puts fail with ErrClosed, and Gets once the queue is empty.
func (q *Queue) Close() error {
	_, err := q.ask(context.Background(), broker.OpCloseQueue, 0)
	return err
}

// TaskDone says that a value which Get returned has been dealt with.
func (q *Queue) TaskDone() error {
	_, err := q.ask(context.Background(), broker.OpTaskDone, 0)
	return err
}

// Wait returns when TaskDone was called for every value that was put.
func (q *Queue) Wait() error { return q.WaitContext(context.Background()) }

// WaitContext is Wait until ctx is done; then its error is ctx's cause.
func (q *Queue) WaitContext(ctx context.Context) error {
	_, err := q.ask(ctx, broker.OpWaitTasks, -1)
	return err
}

// Numbered adds the number under which processes say that they hold it.
func (q *Queue) Numbered(numbers []byte) []byte { return q.own.Numbered(numbers) }

func (s *Space) queueHandle() codec.Handle {
	return codec.Handle{
		Name: "Queue",
		Type: reflect.TypeFor[*Queue](),
		Encode: func(v any) ([]byte, error) {
			q := v.(*Queue)
			return broker.Number(q.id), q.err
		},
		Decode: func(data []byte) (any, error) {
			if len(data) != 8 {
				return nil, fault.Errorf("a queue that cannot be read")
			}
			q := &Queue{space: s, id: binary.LittleEndian.Uint64(data)}
			q.own = holdCame(s, q, &held{number: q.id})
			return q, nil
		},
		Lost: func(v any) { v.(*Queue).own.lost() },
	}
}
