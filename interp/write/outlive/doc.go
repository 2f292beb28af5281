// Package outlive finds functions of a session that a cell may call when it is long over. It turns on
// Finder.
//
//	uses := outlive.Finder{Unit: u, Named: named, Source: source}.Find(fn)
//	uses[id] // Called: in a function literal that may live on; Valued: as a value, which may
//
// A function literal can outlive its cell: in a variable, a map, a handler, a goroutine. Should a
// function that it calls be redeclared, it is to call the new one, as everybody does, or the user is to
// hear that it does not. The writers of cells (packages compiled and interpreted) each see to that in their
// way. The same holds for functions and methods that are values.
//
// What cannot outlive the call that it is made for does not count, as it runs with what it has: a literal
// that is called or deferred where it stands, one in a local variable that is only called, what is
// given to a function that only calls it, to one of package sort, say, or to another process.
//
// The package keeps nothing and writes no text.
package outlive
