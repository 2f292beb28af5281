// Package task is what crosses between a process and its child: frames, chunks of elements, results and
// failures, definitions of functions, and messages that are large enough to go through shared memory.
//
//	k := task.Chunk{Flags: task.IsElement, Fn: 3, First: 10, N: 2}
//	head := k.AppendHead(nil, ints.Header)  // a block of two ints follows
//	k, err := task.Parse(&codec, head, block)
//	args, err := k.Next()
//
// A [Chunk] is made by who has a call, goes in one frame, and ends when a result or a failure of each
// of its elements has come back. A [Message] is bytes being encoded, which move into a [Segment] of shared
// memory when they become large; the segment is used again when its reader has said so.
//
// Both ends speak it, and neither's state is here. What comes from the other process is not believed:
// bytes that cannot be read are an error, and take no more memory than their length allows.
package task
