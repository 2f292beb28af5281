// Package wire sends frames from a child to its parent over the connection that
// package spawn makes, from the parent to the child over one of its own, and files beside them.
//
// What a child writes is first put into memory that the parent maps too (an
// [Outbox]), and sent when there is a pause. So many small frames cost one system
// call, and what a child had finished when it was killed is not lost: at the end
// of the connection the parent reads the rest from that memory.
package wire
