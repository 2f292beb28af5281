// Package interpreted writes checked Go in the Go that the interpreter gets right, and refuses what it
// would get wrong. It turns on Lowerer.
//
//	scope := check.NewScope(check.Options{Sources: interpreted.Library()})
//	l := interpreted.New(scope)
//	…
//	program, err := l.Lower(unit) // a *Refusal names the construct and the reason
//	…
//	l.Commit(program) // the session has loaded it
//
// The interpreter is trusted with procedures: variables, structs, slices, maps, channels, loops,
// closures and calls of compiled packages. All else is written in those terms:
//
//   - Methods are functions, Point.Move is Point۰Move; promoted fields and methods are
//     written out; names of types that are no structs disappear.
//   - A value of a cell's type that becomes an interface goes into a dyn.Box, which knows its
//     type. Assertions, type switches, comparisons, method calls on interfaces, formats with %T,
//     errors.As and JSON ask package dyn. A compiled function that would look at the
//     type by itself is refused.
//   - Generic functions and types are written once for each list of type arguments, the
//     standard library's from the sources in prelude, procpool's from its own.
//   - Deferred calls, recover, panics and goroutines are kept by dyn; ranges over functions
//     become calls; loop variables that something keeps are copied for each round.
//   - Loops look at a variable that says whether their cell is to stop, and what waits calls compiled
//     code that ends with the cell.
//   - A function given to procpool becomes a embed.Func, a literal or a method value one with
//     what it captures.
//
// Local variables get names of their own in the whole text, and packages aliases of ours, so that
// nothing of the user's can hide what lowered text mentions. A function that is declared anew
// gets a name of its own in that text (square۰2): what was written with the old name still means
// the old function.
//
// Lower runs nothing and keeps no cells.
package interpreted
