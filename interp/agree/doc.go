// Package agree holds what those who write cells and those who run them must agree on. Cells are
// written in three ways (interp/write) and run in one process (interp/runner); what two of them
// would otherwise each know by themselves stands here, as tables.
//
//	if at, ok := agree.Argument(fn); ok { … e.Args[at] … } // runs in another process
//	agree.StandIn("os.Exit")                               // "Exit", of package interp/runner/rt
//	agree.WaitStandIn("(*sync.Mutex).Lock")                // "Lock", which takes the mutex as its argument
//
// Argument says which functions of procpool have an argument that runs in another process: such an
// argument is handed over by name, with what it captures, and not as a plain function value.
// StandIn says which functions of the standard library are replaced in cells: those that would end
// the process and not the cell, that could not be interrupted, or that write to a cell's output.
// Root says which variable a write changes, for all who look at what cells write.
//
// The package lives as tables that never change. It never writes or runs anything.
package agree
