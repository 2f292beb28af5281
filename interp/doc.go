// Package interp evaluates cells of Go. It turns on Session.
//
//	s, err := interp.New(interp.Options{Sink: sink})
//	…
//	defer s.Close()
//	s.Eval(ctx, interp.Cell{N: 1, Source: "x := 41"})
//	r, err := s.Eval(ctx, interp.Cell{N: 2, Source: "x + 1"})
//	r.Data["text/plain"] // "42"
//
// A cell goes through four stages: package cell parses it, package check types it with go/types
// against the session's names, a package below write writes it for those who run it, and package
// runner runs it, in another process.
//
// There are two ways to run cells, and a session keeps to one of them (an Engine):
//
//   - Native: package write/compiled writes the cell as a Go package that imports those of the cells
//     before it. Compiled makes a plugin of it (package native), and the session process opens
//     the plugin. A cell that only puts compiled things together is not worth a tenth of a second:
//     package write/glue says which those are and writes them for the interpreter, which
//     shares variables, functions and types with the plugins.
//   - Interp: where there is no Go toolchain, package write/interpreted writes all cells in
//     the Go that the interpreter gets right, and refuses what it would get wrong.
//
// Both print the same for the same cell.
//
// A Session lives in the process of its owner, the kernel, and runs no user code
// there. The variables live in the session process, which Session starts, stops
// and, when user code has killed it, replaces. What a cell declares is known on
// both sides, so declarations survive the session process and reach workers.
//
// Besides running cells, a Session measures code, runs the tests that cells declare, and looks
// for mistakes: Measure and Test write a cell that hands functions over to the session
// process, Vet reads what has been checked.
//
// Packages that Parago does not have itself, cells import from Modules: what a cell needs of them
// is fetched and compiled before the cell is checked.
//
// This package knows no messages and no sockets.
package interp
