// Package remote is connections to programs that are not of this tree of processes, also on other machines.
//
//	l, err := remote.Listen("tcp", "", key)
//	c, err := l.Accept(ctx, space)             // here, and there:
//	c, err := remote.Dial(ctx, space, "tcp", l.Addr(), key)
//
// A [Listener] lives until Close; a connection, which meets package share as its Link, until its own. Before anything
// else both ends prove that they know the key.
//
// It sends no handles, since the other program has no part in what they stand for, and encrypts nothing.
package remote
