// Package runner is the interpreter process: the program in which cells run. It loads what the
// packages below write have written, calls it, and reports over an inherited descriptor.
//
//	func main() {
//		if len(os.Args) > 1 && os.Args[1] == "worker" {
//			os.Exit(runner.Main(runner.Options{Library: late.Library()}))
//		}
//		…
//	}
//
// One program has two roles. As a session it holds the variables of a notebook and
// takes orders from an interp.Session (package wire is what they say). As a worker
// it takes orders from a procpool in a session or in another worker: then linker,
// on the side of the caller, finds the declarations that a function needs, and
// runner, on the side of the worker, loads them.
//
// Cells come in three forms. A compiled cell is a plugin: natives opens it, once, and gives it its
// variables. Glue is text that the interpreter runs over what plugins have brought. An interpreted
// cell is text too, but all that it uses has been interpreted before. Only a program that was built
// for the user's Go toolchain opens plugins; parago itself runs the last form alone.
//
// What a cell comes to is shown or, if the order says so, done something with: measure
// calls it again and again, and testRun has package testing run it.
//
// Cells are plugins, and still one program: a value is of one type wherever it was made and
// whoever looks at it. A type that two plugins bring is the first one's, by the dynamic
// linker; package plug sees to it that plugins also use the types and itabs that the process
// made before.
//
// The process lives until its parent closes the descriptor or user code kills it.
// It never writes to its own stdout and stderr: they belong to user code. It knows
// no notebook and no message of Jupyter's, and it checks nothing: what it is given
// has been type-checked.
package runner
