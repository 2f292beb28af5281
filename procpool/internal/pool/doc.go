// Package pool hands the elements of calls to workers. It is what a procpool.Pool is about.
//
//	s := pools.New(pool.Options{Size: 4})
//	var out []int
//	err := s.Map(ctx, square, []int{1, 2, 3}, &out, 0, pool.CallOptions{})
//	s.Close()
//
// A [Scheduler] is made with its pool and starts no worker before the first [Call]. A call is taken in with all
// of its elements encoded, or grows as a [Stream] feeds it. The scheduler cuts them into chunks, whose size follows
// how long elements take, and gives them to workers; results come back in blocks and go straight to where the
// caller wants them. A worker that dies costs the element that it was at; the rest of its chunk goes to others.
// [Scheduler.Close] ends the workers when all calls are over, [Scheduler.Terminate] at once.
//
// Who waits for a single call reads its result, where a worker allows that ([Direct]): nobody has to be woken then.
//
// What runs the elements is a [Worker], started by a [Starter]: this package knows no process, no socket and no shared
// memory. Who wants to see what becomes of the elements of a call is its [Observer].
//
// One lock, the scheduler's mu, guards a scheduler, its workers and its calls. It is never held while code of the
// user runs, and never while something is sent.
package pool
