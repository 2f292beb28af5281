// Package spawn starts a child process that dies with its parent, is reached over
// a socket of its own, and whose output is captured whole and in order.
//
//	c, err := spawn.Start(spawn.Command{
//		Args:   []string{"/proc/self/exe", "worker"},
//		Output: func(stderr bool, p []byte) { os.Stdout.Write(p) },
//	})
//	c.Control().Write(request) // the child reads it from spawn.Parent()
//	…
//	c.Drain()                  // all that it wrote so far has been handed to Output
//	c.Stop(time.Second)        // end it, politely first
//
// # The life of a child
//
// Start makes a socket pair and two pipes, and runs the command on a thread that
// stays until the child has ended: the kernel ties the parent-death signal to the
// thread, not to the process (golang/go#27505), and somebody has to wait anyway.
// The child calls [Parent] first. It then has a connection to its parent, and ends,
// with all that shares its process group, as soon as the parent is gone.
// When the child ends, whatever is left of its process group is killed, the child is
// reaped, what the pipes still hold is handed over, and Done is closed.
//
// # What it never does
//
// It never uses the child's standard input or output for its own messages, never
// waits for a pipe to be closed (a grandchild may hold it for ever), and never lets
// one child inherit another's descriptors.
package spawn
