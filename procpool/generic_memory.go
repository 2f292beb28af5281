package procpool

import (
	"fmt"

	"github.com/parago/parago/procpool/embed"
	"github.com/parago/parago/procpool/internal/share"
)

// A Number is what shared memory can hold.
type Number = share.Number

// A Value is a number in memory that processes share. Its operations are atomic, each
// by itself, and may be called by any process that has got the value. The memory, 128 bytes
// for each, is freed with the last handle (see Handles in the package's description). Python's
// multiprocessing.Value.
type Value[T Number] struct{ m *embed.Memory }

// NewValue makes a shared number.
func NewValue[T Number](v T) *Value[T] {
	m := embed.NewMemory(1, v)
	m.Store(0, &v)
	return &Value[T]{m}
}

// Load returns the number.
func (v *Value[T]) Load() T {
	var x T
	v.m.Load(0, &x)
	return x
}

// Store sets the number.
func (v *Value[T]) Store(x T) { v.m.Store(0, &x) }

// Add adds d and returns the sum.
func (v *Value[T]) Add(d T) T {
	for {
		old := v.Load()
		sum := old + d
		if v.m.CompareAndSwap(0, &old, &sum) {
			return sum
		}
	}
}

// CompareAndSwap sets the number to new if it is old, and reports whether it did.
func (v *Value[T]) CompareAndSwap(old, new T) bool { return v.m.CompareAndSwap(0, &old, &new) }

// Update sets the number to f of it, as if nobody else did anything meanwhile, and
// returns it. F may be called several times.
func (v *Value[T]) Update(f func(T) T) T {
	for {
		old := v.Load()
		x := f(old)
		if v.m.CompareAndSwap(0, &old, &x) {
			return x
		}
	}
}

// Swap sets the number to x and returns what it was.
func (v *Value[T]) Swap(x T) T {
	for {
		old := v.Load()
		if v.m.CompareAndSwap(0, &old, &x) {
			return old
		}
	}
}

// String shows the number: Value(15).
func (v *Value[T]) String() string { return fmt.Sprintf("Value(%v)", v.Load()) }

// WithLock returns the same number behind the lock l, so that several things can be changed
// under one.
func (v *Value[T]) WithLock(l *Lock) *Value[T] { return &Value[T]{v.m.WithLock(l.Memory())} }

// Lock waits until this process holds the value's lock, for several operations in
// one. It binds only those who lock, too. It is freed when the process ends.
func (v *Value[T]) Lock() { v.m.Lock() }

// Unlock frees the lock. It panics if nobody holds it.
func (v *Value[T]) Unlock() { v.m.Unlock() }

// An Array is numbers in memory that processes share. The memory is freed with the last handle (see
// Handles in the package's description). Where Slice has returned it, it stays as long as that process: reuse
// large arrays. What is asked for number i panics
// if there is none, as a slice does.
// Python's multiprocessing.Array.
type Array[T Number] struct{ m *embed.Memory }

// NewArray makes a shared array of xs.
func NewArray[T Number](xs ...T) *Array[T] {
	a := NewArrayLen[T](len(xs))
	a.m.Fill(xs)
	return a
}

// NewArrayLen makes a shared array of n zeros. It panics when there is no memory, as
// make does.
func NewArrayLen[T Number](n int) *Array[T] {
	var zero T
	return &Array[T]{embed.NewMemory(n, zero)}
}

// Len returns how many numbers there are.
func (a *Array[T]) Len() int { return a.m.Len() }

// At returns number i.
func (a *Array[T]) At(i int) T {
	var x T
	a.m.Load(i, &x)
	return x
}

// Set sets number i.
func (a *Array[T]) Set(i int, x T) { a.m.Store(i, &x) }

// Add adds d to number i and returns the sum.
func (a *Array[T]) Add(i int, d T) T {
	for {
		old := a.At(i)
		sum := old + d
		if a.m.CompareAndSwap(i, &old, &sum) {
			return sum
		}
	}
}

// Swap sets number i to x and returns what it was.
func (a *Array[T]) Swap(i int, x T) T {
	for {
		old := a.At(i)
		if a.m.CompareAndSwap(i, &old, &x) {
			return old
		}
	}
}

// CompareAndSwap sets number i to new if it is old, and reports whether it did.
func (a *Array[T]) CompareAndSwap(i int, old, new T) bool { return a.m.CompareAndSwap(i, &old, &new) }

// Update sets number i to f of it, as if nobody else did anything meanwhile, and returns
// it. F may be called several times.
func (a *Array[T]) Update(i int, f func(T) T) T {
	for {
		old := a.At(i)
		x := f(old)
		if a.m.CompareAndSwap(i, &old, &x) {
			return x
		}
	}
}

// String shows the numbers, the first hundred if there are more: Array[2 3 4].
func (a *Array[T]) String() string {
	return a.m.Text(func(i int) string { return fmt.Sprint(a.At(i)) })
}

// WithLock returns the same numbers behind the lock l.
func (a *Array[T]) WithLock(l *Lock) *Array[T] { return &Array[T]{a.m.WithLock(l.Memory())} }

// Slice returns the shared memory itself: what is written to it is seen by all
// processes, without order or atomicity. It stays valid for ever.
func (a *Array[T]) Slice() []T {
	var s []T
	a.m.Slice(&s)
	return s
}

// Lock waits until this process holds the array's lock. It is freed when the process ends.
func (a *Array[T]) Lock() { a.m.Lock() }

// Unlock frees the lock. It panics if nobody holds it.
func (a *Array[T]) Unlock() { a.m.Unlock() }
