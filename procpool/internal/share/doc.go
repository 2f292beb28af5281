// Package share is what the processes of a tree share, as one of them sees it: queues, pipes, dictionaries, lists, memory
// with its locks, and other objects that the broker in the root process keeps.
//
//	sp := share.NewSpace(node)
//	q := share.NewQueue(sp, 10)
//	err := q.Put(&v)                        // in any process that has got the queue
//
// There is one [Space] for a process. A handle, such as a [Queue], is made by a New function or comes in a message; what
// it stands for is freed when the last handle of the last process is dropped (holds.go).
//
// It never keeps a process alive, and waits for others only where its caller does.
package share
