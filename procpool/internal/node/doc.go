// Package node is a process among others: who it is, how its values are encoded, the interpreter that it
// runs in, on whose behalf things are done, and its way to the broker.
//
//	n := node.New()                  // the root of a tree of processes, with a broker
//	n.Use(host)                      // in an interpreter
//	answer, err := n.Ask(broker.Request{Op: broker.OpNewQueue})
//	n.Cancel("cell 3")               // whoever asks on its behalf gets ErrCanceled
//
// There is one [Node] for a process, made when it starts. In a child, Rise gives it its parent and Become its
// name. It lives as long as the process. Rooms that speak to other processes are given it, so none of them
// reaches for a variable.
//
// It starts no process and runs no function.
package node
