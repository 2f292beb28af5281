// Package child is the parent's end of child processes: starting them and keeping spares, what they write and
// how they end.
//
//	n := child.New(node, space)
//	c, err := n.Adopt(owner, origin, role, nil, nil)   // a spare, or a new process
//	err = c.Define(callee)
//	c.SendTask(1, head, args)
//	c.Out.Flush()                                      // owner.Results, in the end owner.Died
//
// There is one [Nursery] for a process. A [Child] is a spare first, which nobody owns, then somebody's. Its goroutine
// reads what it sends, hands on its output before its results, and ends with it; Gone is closed then. Somebody who waits for a
// result may read in its place (Await), and is told results in turn.
//
// It never waits for a child to read or to write, and leaves none behind: Shutdown kills them all.
package child
