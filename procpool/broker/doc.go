// Package broker keeps what processes share: queues, pipes, shared memory, the
// owners of locks, what they wait for together, dicts and lists, and the calls of
// actors. It turns on Broker, of which there is one, in the root of a tree of processes, so
// that what a process has made outlives it.
//
//	b := broker.New()
//	b.Do(broker.Request{Op: broker.OpNewQueue}, func(a broker.Answer) { … })
//
// # The life of a request
//
// A process encodes what it asks; its parents pass that on to the root. There it is done at
// once, under the broker's one lock, or parked on a list of its object. Parked, it is answered
// when its turn comes, when its time is over, or when its process asks to forget it; it
// is dropped when its process ends.
//
// # To add a kind of object
//
// Give it operations in request.go, and a file with a type and a method for each. If what
// it keeps depends on its processes, make it a mourner (broker.go).
//
// # What it never does
//
// It never waits, never decodes a value, and calls nobody while it works but for replies,
// which must not wait either.
package broker
