package rt

import (
	"iter"
	"time"
)

// Recv is <-c.
func Recv[T any](c <-chan T) T {
	v, _ := Recv2(c)
	return v
}

// Recv2 is v, ok := <-c.
func Recv2[T any](c <-chan T) (T, bool) {
	select {
	case v, ok := <-c:
		return v, ok
	default:
	}
	select {
	case v, ok := <-c:
		return v, ok
	case <-Done():
		panic(Halted())
	}
}

// Send is c <- v.
func Send[T any](c chan<- T, v T) {
	select {
	case c <- v:
		return
	default:
	}
	select {
	case c <- v:
	case <-Done():
		panic(Halted())
	}
}

// Range is for range c: for v := range rt.Range(c).
func Range[T any](c <-chan T) iter.Seq[T] {
	return func(yield func(T) bool) {
		for {
			Check()
			v, ok := Recv2(c)
			if !ok || !yield(v) {
				return
			}
		}
	}
}

// Sleep is time.Sleep.
func Sleep(d time.Duration) {
	Check()
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-Done():
		panic(Halted())
	}
}
