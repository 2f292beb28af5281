// Package standin says what the interpreter process has in place of functions of the
// standard library: functions that end the cell and not the process, that can be interrupted,
// or that belong to a cell's output.
//
//	standin.Func("os.Exit")               // "Exit", of package interp/process/rt
//	standin.Wait("(*sync.Mutex).Lock")    // "Lock", which takes the mutex as its argument
//
// Compiled cells and glue between them are written by different packages and have to agree.
package standin
