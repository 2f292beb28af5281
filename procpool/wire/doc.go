// Package wire sends frames between a parent and its child over the connection that
// package spawn makes, and files beside them.
//
// What a child writes is first put into memory that the parent maps too (an
// [Outbox]), and sent when there is a pause. So many small frames cost one system
// call, and what a child had finished when it was killed is not lost: at the end
// of the connection the parent reads the rest from that memory.
package wire
