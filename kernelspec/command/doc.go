// Package command is Parago's command line: what kernel.json calls, and what people
// call. It turns on a table of commands.
//
//	func main() { os.Exit(command.Main()) }
//
// A command lives from its arguments to its exit code: 0 if it is done, 1 if that
// failed and was said, 2 if the arguments are wrong. It reads the environment and
// writes to the terminal, which no package below it does.
//
// This package and main alone see all the others; none imports it.
package command
