// Package wait is for waiting for the first, the next or all of several things that end.
//
//	w := wait.New(node)
//	w.Add(future.Done(), nil)
//	i, err := w.Any(ctx)
//
// A [Waits] is for one goroutine. Its own goroutines end with what they wait for, or with Stop.
//
// It never waits longer than its caller may: an interrupt ends it.
package wait
