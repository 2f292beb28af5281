// Package object reads and writes the files that a Go linker works with: as much of their
// formats as it takes to link a plugin with a program instead of with copies of all that
// the program has already.
//
//	refs, err := object.References("cell.a")           // names that a package needs of others
//	host, err := object.OpenIndex("symbols", program)  // names that a program has
//	lib, ok := object.Library(refs, host, …)           // a shared library with those, for the linker to see
//
// A file that is not as expected is an error, never a guess: formats may change with Go,
// and plugins can be linked in another way. The package runs no tools.
package object
