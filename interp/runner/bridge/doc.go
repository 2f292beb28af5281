// Package bridge lets interpreted text use what is compiled: the glue between compiled cells
// (package interp/write/glue writes it). It turns on Bridge.
//
//	b := bridge.New(natives, library, runtime, trace)
//	run, err := b.Load(program)
//	…
//	run(at, fail)
//
// A Bridge lives as long as its process, and has an interpreter that it replaces now and then: all
// that lasts is native. Load puts the functions, types and variables
// that a program mentions into a table of the interpreter's, where each program finds what its
// names mean now, makes the variables that are new, and has the text read. What it returns is
// an ordinary function, to be called on a goroutine of the caller's: it panics, and ends with
// runtime.Goexit, as compiled code does.
//
// The package knows no goroutines and no processes.
package bridge
