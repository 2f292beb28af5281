package share

import (
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/internal/fault"
)

// A List is what a List of any type is made of. Values are taken from and stored to
// where a pointer points.
type List struct{ o *Object }

// NewList makes a list without values.
func NewList(sp *Space) *List {
	return &List{NewObject(sp, broker.Request{Op: broker.OpNewList})}
}

// object is what the broker keeps, nil for a list that was not made.
func (l *List) object() *Object {
	if l == nil {
		return nil
	}
	return l.o
}

// Insert puts the elements of a slice before value i, in the place of -1 at the end.
func (l *List) Insert(i int, slice any) error {
	v := reflect.ValueOf(slice)
	var data []byte
	for j := range v.Len() {
		item, err := l.object().codec().Encode(nil, v.Index(j))
		if err != nil {
			return fault.AtPath(err, fault.Place("values", j))
		}
		data = broker.AppendItem(data, item)
	}
	return l.do(broker.Request{Op: broker.OpInsertList, N: int64(i), Data: data}, nil)
}

// do asks about value N, and sets into to the answer unless it is nil.
func (l *List) do(r broker.Request, into any) error {
	a, err := l.object().Ask(r)
	switch {
	case a.Status == broker.StatusAbsent:
		return fmt.Errorf("%w: value %d of a list of %d", fault.ErrNotFound, r.N, a.Number())
	case err == nil && into != nil:
		return l.object().codec().Decode(a.Data, reflect.ValueOf(into))
	}
	return err
}

// At sets into to value i.
func (l *List) At(i int, into any) error {
	return l.do(broker.Request{Op: broker.OpGetList, N: int64(i)}, into)
}

// Set sets value i.
func (l *List) Set(i int, value any) error {
	data, err := l.object().codec().Encode(nil, reflect.ValueOf(value).Elem())
	if err != nil {
		return fault.AtPath(err, "value")
	}
	return l.do(broker.Request{Op: broker.OpSetList, N: int64(i), Data: data}, nil)
}

// Pop removes value i, or the last one if i is -1, and sets into to it.
func (l *List) Pop(i int, into any) error {
	err := l.do(broker.Request{Op: broker.OpPopList, N: int64(i)}, into)
	if i == -1 && errors.Is(err, fault.ErrNotFound) {
		return fault.ErrEmpty
	}
	return err
}

// Len returns how many values there are.
func (l *List) Len() int {
	a, _ := l.object().Ask(broker.Request{Op: broker.OpLenList})
	return int(a.Number())
}

// Clear removes all values.
func (l *List) Clear() error { return l.do(broker.Request{Op: broker.OpClearList}, nil) }

// Each calls f for all values, which it sets value to, until f reports false. What it goes
// through is what there was when it was called.
func (l *List) Each(value any, f func() bool) error { return l.each(value, nil, f) }

// each is Each, and calls found, unless it is nil, for the handles in values.
func (l *List) each(value any, found func(handle any), f func() bool) error {
	a, err := l.object().Ask(broker.Request{Op: broker.OpAllList})
	if err != nil {
		return err
	}
	return l.o.eachItem(a, []reflect.Value{reflect.ValueOf(value).Elem()}, found, f)
}

// Update sets value to value i, calls f, and sets value i to what f leaves there.
func (l *List) Update(i int, value any, f func()) error {
	u := update{
		object: l.object(),
		begin: func(limit time.Duration) broker.Request {
			return broker.Request{Op: broker.OpUpdateList, N: int64(i), Data: broker.Number(uint64(limit))}
		},
		commit: func(turn int64, _ bool, value []byte) broker.Request {
			return broker.Request{Op: broker.OpCommitList, N: turn, Data: value}
		},
		value: reflect.ValueOf(value).Elem(),
		f: func(bool) bool {
			f()
			return true
		},
	}
	if err := u.run(); !errors.Is(err, fault.ErrNotFound) {
		return err
	}
	return fmt.Errorf("%w: value %d of a list of %d", fault.ErrNotFound, i, l.Len())
}
