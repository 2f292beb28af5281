// Package rt is what compiled cells call: the part of an interpreter process that a
// cell's package imports. A cell compiled to
//
//	var x *int
//	func run() { for i := 0; i < 9; i++ { rt.Check(); *x += i }; rt.Result(*x) }
//	func init() { rt.Register(&rt.Package{Path: "parago/cells/…", Vars: map[string]any{"x": &x}, Run: run}) }
//
// can be interrupted because each loop, call of itself and wait goes through here, and
// is told apart from others by its goroutines: a [Cell] is known by the profiler label
// that its goroutines bear and hand down to those that they start. A goroutine of a cell
// that is halted ends at its next Check, by runtime.Goexit, so that its deferred
// calls run and recover does not see it; goroutines of other cells go on.
//
// Interpreted cells have the same checks and waits in their text. Where to call Check would cost too much, they look at
// a variable first ([Follow]).
//
// A function that may call itself looks how deep it is at the same check ([CheckCall]): too deep
// a recursion ends its goroutine and the cell, long before the runtime would end the process.
//
// A Cell lives from NewCell until its last goroutine has ended, often longer than its
// run. Cells know nothing of sessions and workers: the process says with Use who is told
// of results, failures and ends.
//
// It needs the standard library and procpool only, as everything that a plugin shares
// with its host is compiled twice and must be the same.
package rt
