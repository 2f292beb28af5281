package procpool

import (
	"fmt"

	"github.com/parago/parago/procpool/embed"
)

// A Shared is a value that many calls read: it is encoded once, and decoded once in each process that
// asks for it, which keeps it as long as it has the Shared. A slice of numbers of 64 KB and more is not copied at all: all
// processes read the same memory. Nobody may change what Get returns: others may or may not see it.
type Shared[T any] struct{ s *embed.Shared }

// Share shares a copy of x, as it is now. If x cannot cross, an *EncodeError is the error of what the
// Shared is passed to, and of Err.
func Share[T any](x T) *Shared[T] { return &Shared[T]{embed.NewShared(&x)} }

// Get returns the value: the same in all calls of a process, in the one that has shared it x itself. It
// panics with ErrClosed after Close.
func (s *Shared[T]) Get() T {
	var v T
	if err := s.s.Get(&v); err != nil {
		panic(err)
	}
	return v
}

// String shows the value: Shared([1 2 3]).
func (s *Shared[T]) String() string {
	var v T
	if err := s.s.Get(&v); err != nil {
		return fmt.Sprintf("Shared(%v)", err)
	}
	return fmt.Sprintf("Shared(%v)", v)
}

// Err returns why the value could not be shared, or nil.
func (s *Shared[T]) Err() error { return s.s.Err() }

// Close frees the memory, in all processes: a large slice of numbers that Get has returned is then zeros
// where it was not copied. Without Close it is freed with its last handle (see Handles in the
// package's description). It may be called again.
func (s *Shared[T]) Close() error { return s.s.Close() }
