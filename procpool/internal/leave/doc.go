// Package leave is how this process ends: what the user wants to have called, then the children, then the
// process itself.
//
//	e := leave.New(node)
//	e.Add(f)
//	e.Leave(0)     // does not return, unless a host keeps the process
//
// There is one [Ending] for a process. Who has started something says with Children and Shutdown what is to become of it.
//
// It never ends a process of which the host wants to live on.
package leave
