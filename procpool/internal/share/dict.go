package share

import (
	"reflect"
	"time"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/fault"
)

// A Dict is what a Dict of any types is made of. Keys and values are taken from and
// stored to where a pointer points.
type Dict struct{ o *Object }

// NewDict makes a dict without entries.
func NewDict(sp *Space) *Dict {
	return &Dict{NewObject(sp, broker.Request{Op: broker.OpNewDict})}
}

// object is what the broker keeps, nil for a dict that was not made.
func (d *Dict) object() *Object {
	if d == nil {
		return nil
	}
	return d.o
}

// key encodes a key. It panics if that cannot cross, as a map does with a key that it
// cannot hold.
func (d *Dict) key(key any) []byte {
	v := reflect.ValueOf(key).Elem()
	if !v.Comparable() {
		panic(fault.Errorf("a key that cannot be compared: %T", v.Interface()))
	}
	data, err := d.object().codec().Encode(nil, v)
	if err != nil {
		panic(fault.AtPath(err, "key"))
	}
	return data
}

// Get sets into to the value of a key, and reports whether there is one.
func (d *Dict) Get(key, into any) (ok bool, err error) {
	a, err := d.object().Ask(broker.Request{Op: broker.OpGetDict, Data: d.key(key)})
	return d.found(a, err, into)
}

// found takes in a value, if there was one.
func (d *Dict) found(a broker.Answer, err error, into any) (bool, error) {
	if a.Status == broker.StatusAbsent {
		return false, nil
	}
	if err == nil && into != nil {
		err = d.object().codec().Decode(a.Data, reflect.ValueOf(into))
	}
	return err == nil, err
}

// Set gives a key a value.
func (d *Dict) Set(key, value any) error {
	v, err := d.object().codec().Encode(nil, reflect.ValueOf(value).Elem())
	if err != nil {
		return fault.AtPath(err, "value")
	}
	data := broker.AppendItem(broker.AppendItem(nil, d.key(key)), v)
	_, err = d.object().Ask(broker.Request{Op: broker.OpSetDict, Data: data})
	return err
}

// Delete removes a key, and reports whether there was one. It sets into, unless that is nil, to
// what the value was.
func (d *Dict) Delete(key, into any) (ok bool, err error) {
	a, err := d.object().Ask(broker.Request{Op: broker.OpDeleteDict, Data: d.key(key)})
	return d.found(a, err, into)
}

// Clear removes all keys.
func (d *Dict) Clear() error {
	_, err := d.object().Ask(broker.Request{Op: broker.OpClearDict})
	return err
}

// Len returns how many keys there are.
func (d *Dict) Len() int {
	a, _ := d.object().Ask(broker.Request{Op: broker.OpLenDict})
	return int(a.Number())
}

// Each calls f for all keys, which it sets key to, in the order in which they were first
// set, until f reports false. Value is set to each one's value, unless it is nil. What it
// goes through is what there was when it was called.
func (d *Dict) Each(key, value any, f func() bool) error { return d.each(key, value, nil, f) }

// each is Each, and calls found, unless it is nil, for the handles in keys and values.
func (d *Dict) each(key, value any, found func(handle any), f func() bool) error {
	r := broker.Request{Op: broker.OpAllDict}
	into := []reflect.Value{reflect.ValueOf(key).Elem()}
	if value != nil {
		r.N = 1
		into = append(into, reflect.ValueOf(value).Elem())
	}
	a, err := d.object().Ask(r)
	if err != nil {
		return err
	}
	return d.o.eachItem(a, into, found, f)
}

// eachItem calls f for the items of an answer, as many at a time as there are places, and found, unless
// it is nil, for the handles in them.
func (o *Object) eachItem(a broker.Answer, into []reflect.Value, found func(handle any), f func() bool) error {
	items, ok := broker.ParseItems(a.Data)
	if !ok || len(items)%len(into) != 0 {
		return fault.Errorf("entries that cannot be read")
	}
	for i, item := range items {
		at := into[i%len(into)]
		at.SetZero()
		if err := o.codec().DecodeWith(item, at, codec.Options{OnHandle: found}); err != nil {
			return err
		}
		if i%len(into) == len(into)-1 && !f() {
			return nil
		}
	}
	return nil
}

// Update sets value to that of a key, calls f, which is told whether there is one, and gives the key the value
// that f leaves there, or removes it if f reports false.
func (d *Dict) Update(key, value any, f func(exists bool) (keep bool)) error {
	k := d.key(key)
	u := update{
		object: d.object(),
		begin: func(limit time.Duration) broker.Request {
			return broker.Request{Op: broker.OpUpdateDict, N: int64(limit), Wait: -1, Data: k}
		},
		commit: func(turn int64, keep bool, value []byte) broker.Request {
			if keep {
				return broker.Request{Op: broker.OpCommitDict, N: turn, Data: append([]byte{1}, value...)}
			}
			return broker.Request{Op: broker.OpCommitDict, N: turn, Data: []byte{0}}
		},
		value: reflect.ValueOf(value).Elem(),
		f:     f,
	}
	return u.run()
}
