// Package check types a cell with go/types against the names of the cells before it.
//
//	s := check.NewScope(check.Options{})
//	u, err := s.Check(c)   // Errors: Go's own words, the cell's positions
//	if err == nil {
//		// lower and load u, then
//		s.Commit(u)
//	}
//
// A Scope lives as long as its session. Every declaration of a cell is one version of
// its key; redeclaring makes the next one, and new versions of all that mentions it,
// so that code that has been loaded never changes its meaning.
//
// For go/types a session is one package, which grows: each declaration has one object (package
// go/types' word for what a name stands for) over all cells, and a cell is checked in a
// scope around which those objects stand that it mentions. So a cell costs what it is long,
// in time and in memory, however many there were before, and types have one identity. A
// type that gets another method, and what is made of it, are declared anew, without the
// bodies that an earlier run has accepted, when a cell mentions them next: type world
// says which those are. A superseded type is declared anew under a name of ours, so that
// messages tell it from the one that has its place.
//
// Variables that statements of the top level declare are the session's. They are local
// to the function that the statements are checked in, so that names mean what they
// mean at that point of the text; a second run lets functions of the cell see them.
//
// Imports come from export data of the standard library, from packages given as source, and,
// for all else, from whoever has compiled it: an External. Packages that a cell names without
// importing them are imported.
//
// The standard library is that of the toolchain which compiles the cells, a Standard. It may be
// of a newer or an older Go than this program: cells then have its library. The language
// that they may use is the older one of the two. Where there is no toolchain, the library is that
// of an embedded archive, one for each minor version of Go; the go command of a new version
// makes the next one, by go generate.
//
// The package runs nothing and writes no text for an interpreter.
package check
