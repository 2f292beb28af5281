package procpool

import (
	"fmt"
	"iter"

	"github.com/parago/parago/procpool/embed"
)

// A Dict is a map that processes share. Reads are deep copies; Update changes a value
// where it is, so that no change is lost. Keys are the same if they are encoded the same:
// pointers are what they point to. Values and keys may be handles: a dict of queues, of dicts. Any
// process may call its methods, from any goroutine. The entries are kept in the root
// process, until the last handle of the dict is dropped. What those are handles of is kept as long as
// that process. Python's multiprocessing.Manager().dict.
type Dict[K comparable, V any] struct{ d *embed.Dict }

// NewDict makes a dict without entries.
func NewDict[K comparable, V any]() *Dict[K, V] { return &Dict[K, V]{embed.NewDict()} }

// Get returns a copy of the value of a key, and whether there is one. It panics with an error if the key
// cannot cross, as a map does with a key that it cannot hold, or if the value cannot
// be read in this process.
func (d *Dict[K, V]) Get(key K) (V, bool) {
	var v V
	ok, err := d.d.Get(&key, &v)
	if err != nil {
		panic(err)
	}
	return v, ok
}

// Set gives a key a value. A value that cannot cross is an *EncodeError. While others
// update the entry it waits for their end.
func (d *Dict[K, V]) Set(key K, v V) error { return d.d.Set(&key, &v) }

// Delete removes a key, and reports whether there was one.
func (d *Dict[K, V]) Delete(key K) bool {
	ok, err := d.d.Delete(&key, nil)
	if err != nil {
		panic(err)
	}
	return ok
}

// Pop removes a key, and returns what its value was, and whether there was one.
func (d *Dict[K, V]) Pop(key K) (V, bool) {
	var v V
	ok, err := d.d.Delete(&key, &v)
	if err != nil {
		panic(err)
	}
	return v, ok
}

// Update gives a key the value that f makes of its value, as if nobody else did anything
// meanwhile, and returns it. F is told whether there is a value; if it reports false there is none afterwards. It is
// called in this process. Others that change the entry wait for it, in order, and those
// that read it do not. If f panics or the process ends, nothing is changed. If f
// takes long while others wait, it may be called again, with what they have made of the value.
// It must not change the same entry itself.
func (d *Dict[K, V]) Update(key K, f func(V, bool) (V, bool)) (V, error) {
	var v V
	err := d.d.Update(&key, &v, func(exists bool) bool {
		x, keep := f(v, exists)
		v = x
		return keep
	})
	return v, err
}

// Len returns how many keys there are.
func (d *Dict[K, V]) Len() int { return d.d.Len() }

// Clear removes all keys.
func (d *Dict[K, V]) Clear() { d.d.Clear() }

// Keys returns all keys, in the order in which they were first set.
func (d *Dict[K, V]) Keys() []K {
	var keys []K
	var k K
	err := d.d.Each(&k, nil, func() bool {
		keys = append(keys, k)
		return true
	})
	if err != nil {
		panic(err)
	}
	return keys
}

// All goes through the keys and copies of the values that there are when the loop
// begins, in the order in which the keys were first set.
func (d *Dict[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		var k K
		var v V
		err := d.d.Each(&k, &v, func() bool { return yield(k, v) })
		if err != nil {
			panic(err)
		}
	}
}

// String shows the entries, the first hundred if there are more: Dict[a:1 b:2].
func (d *Dict[K, V]) String() string {
	var k K
	var v V
	return d.d.Text(&k, &v, func() string { return fmt.Sprintf("%v:%v", k, v) })
}

// A List is a slice that processes share. Reads are deep copies; Update changes a value
// where it is. Values may be handles. Any process may call its methods, from any goroutine. The
// values are kept in the root process, until the last handle of the list is dropped. What those are
// handles of is kept as long as that process. Python's multiprocessing.Manager().list.
type List[T any] struct{ l *embed.List }

// NewList makes a list of xs.
func NewList[T any](xs ...T) *List[T] {
	l := &List[T]{embed.NewList()}
	if err := l.Append(xs...); err != nil {
		panic(err)
	}
	return l
}

// Append adds xs at the end, together. A value that cannot cross is an *EncodeError.
func (l *List[T]) Append(xs ...T) error { return l.l.Insert(-1, xs) }

// Insert puts xs before value i; i may be Len. Without such a place its error is ErrNotFound.
func (l *List[T]) Insert(i int, xs ...T) error {
	if i < 0 {
		i = -2
	}
	return l.l.Insert(i, xs)
}

// At returns a copy of value i. If there is none its error is ErrNotFound.
func (l *List[T]) At(i int) (T, error) {
	var x T
	err := l.l.At(i, &x)
	return x, err
}

// Set sets value i. If there is none its error is ErrNotFound. While others update the value
// it waits for their end.
func (l *List[T]) Set(i int, x T) error { return l.l.Set(i, &x) }

// Pop removes the last value and returns it. On an empty list its error is ErrEmpty.
func (l *List[T]) Pop() (T, error) {
	var x T
	err := l.l.Pop(-1, &x)
	return x, err
}

// PopAt removes value i and returns it. If there is none its error is ErrNotFound.
func (l *List[T]) PopAt(i int) (T, error) {
	var x T
	if i < 0 {
		i = -2
	}
	err := l.l.Pop(i, &x)
	return x, err
}

// Update sets value i to f of it, as if nobody else did anything meanwhile, and returns
// it. What Dict.Update says of f holds here, too. It stays with the value when others
// move it by Insert or PopAt.
func (l *List[T]) Update(i int, f func(T) T) (T, error) {
	var x T
	err := l.l.Update(i, &x, func() { x = f(x) })
	return x, err
}

// Len returns how many values there are.
func (l *List[T]) Len() int { return l.l.Len() }

// Clear removes all values.
func (l *List[T]) Clear() { l.l.Clear() }

// Slice returns copies of all values.
func (l *List[T]) Slice() []T {
	var all []T
	var x T
	err := l.l.Each(&x, func() bool {
		all = append(all, x)
		return true
	})
	if err != nil {
		panic(err)
	}
	return all
}

// All goes through the places and copies of the values that there are when the loop begins.
func (l *List[T]) All() iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		for i, x := range l.Slice() {
			if !yield(i, x) {
				return
			}
		}
	}
}

// String shows the values, the first hundred if there are more: List[1 2 3].
func (l *List[T]) String() string {
	var x T
	return l.l.Text(&x, func() string { return fmt.Sprint(x) })
}

// Attr returns a copy of the value of a name in a namespace, as what it is. Its error is
// ErrNotFound if there is none, and says so if the value is of another type.
func Attr[T any](n *Namespace, name string) (T, error) {
	var v T
	err := n.GetInto(name, &v)
	return v, err
}

// Ask is Actor.Call with a result of type R. A result of another type is an error.
func Ask[R any](a *Actor, method string, args ...any) (R, error) {
	var r R
	err := a.AskInto(&r, method, args...)
	return r, err
}
