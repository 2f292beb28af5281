// Package compiled writes checked cells as Go packages for the compiler. It turns on Generator.
//
//	g := compiled.New(nil)
//	…
//	p, err := g.Generate(unit, source)
//	// compile p.Text under p.Path, open it in the session process, call its Run, then
//	g.Commit(p)
//
// A cell becomes one package, which imports the packages of earlier cells. It holds what the
// cell runs and all declarations that this needs and that are in no package yet: a cell that
// only declares is written together with the first that uses it, so that a type and the
// methods that follow in other cells come together. If a type that has been written gets another
// method, the type is written again, with all that mentions it.
//
// Session variables live on the heap of the session process; each package has pointers
// to those that it mentions, which are set before anything of it runs. When their type is written
// again, because it gets another method, its layout stays the same, and so their values are kept.
//
// What packages do to names that one program would share is undone here: unexported
// methods get an exported spelling (a capital letter outside ASCII in front, which package native
// takes off again for reflect), unexported fields are
// reached through accessors beside their type, and types keep their names and get aliases. A struct type
// without a name has a shape, which one package declares for all.
//
// Function literals that may outlive their cell, and functions and methods that are values, call
// the session's functions by way of slots, variables of their package that the process sets when a
// function is declared anew with the same type. Named functions call each other directly, and are
// written again with what they mention. A method that was redeclared with another type is a
// function for the callers that could not follow.
//
// The text of a cell is kept as the user wrote it, with edits; line directives say where it
// comes from. Edits also make it stoppable (package interp/runner/rt).
//
// The package runs no compiler and knows no process.
package compiled
