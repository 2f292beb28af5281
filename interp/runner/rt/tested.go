package rt

import "io"

// A tester is a *testing.T or *testing.B.
type tester interface {
	Output() io.Writer
	FailNow()
	Failed() bool
	Skipped() bool
}

// Tested returns f for package testing, which calls it on a goroutine of its own and takes
// a panic there for the end of the program, and an end of the goroutine that it has not
// caused itself too. Both fail the test instead, the first with the panic in the user's terms.
func Tested[T tester](f func(T)) func(T) {
	if f == nil {
		return nil // the package says what it thinks of that
	}
	return func(t T) {
		returned := false
		defer func() {
			if v := recover(); v != nil {
				io.WriteString(t.Output(), host().Explain(v, callers(0)))
				t.FailNow()
			}
			if returned || t.Skipped() {
				return
			}
			if m := mine(); !t.Failed() && (m == nil || !m.unwinding) {
				io.WriteString(t.Output(), "its goroutine has ended before it returned\n")
			}
			t.FailNow()
		}()
		Check()
		f(t)
		returned = true
	}
}

// Bubbled is Tested for a function in a bubble of testing/synctest. What waits there for
// a channel of the bubble, or for the time, cannot be interrupted.
func Bubbled[T tester](f func(T)) func(T) {
	f = Tested(f)
	if f == nil {
		return nil
	}
	return func(t T) {
		if m := mine(); m != nil {
			(&member{cell: m.cell, part: true}).enter()
		}
		f(t)
	}
}

// GuardedWith returns f for a package that calls it on goroutines of its own, under Guard.
func GuardedWith[T any](f func(T)) func(T) {
	if f == nil {
		return nil
	}
	return func(v T) {
		defer Guard()
		Check()
		f(v)
	}
}

// Explain is a panic with v in the user's terms, for a deferred call that has recovered it.
func Explain(v any) string { return host().Explain(v, callers(0)) }
