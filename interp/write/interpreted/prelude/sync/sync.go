// Package sync runs functions once.
package sync

import "sync"

type kept[T any] struct {
	once  sync.Once
	value T
	fault any
	done  bool
}

func OnceValue[T any](f func() T) func() T {
	k := &kept[T]{}
	return func() T {
		k.once.Do(func() {
			defer func() {
				if !k.done {
					k.fault = recover()
				}
			}()
			k.value = f()
			k.done = true
		})
		if !k.done {
			panic(k.fault)
		}
		return k.value
	}
}

type pair[T1, T2 any] struct {
	a T1
	b T2
}

func OnceValues[T1, T2 any](f func() (T1, T2)) func() (T1, T2) {
	once := OnceValue(func() pair[T1, T2] {
		a, b := f()
		return pair[T1, T2]{a, b}
	})
	return func() (T1, T2) {
		p := once()
		return p.a, p.b
	}
}
