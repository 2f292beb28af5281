// Package work is a child's end of the connection to its parent: it loads what functions need, runs elements
// and tasks, one after the other, and sends what comes of them.
//
//	err := work.Serve(node, callees, space, logs, ending) // returns only if no parent has started this process
//
// There is one [Link] for a child. Its reader takes frames as fast as they come; its loop does what they say. It
// ends with the process: when the parent says so, when a process's function returns, when the parent is gone.
//
// It never runs two elements at once, and never begins one that was taken back.
package work
