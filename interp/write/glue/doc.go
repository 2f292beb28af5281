// Package glue is the placement rule of the native back-end: it decides which cells the
// interpreter runs between compiled ones, and writes them for it. It turns on Place.
//
//	p, reason := glue.Place(unit, known)
//	if p == nil {
//		// compile the cell: reason says why, "a loop"
//	}
//	// else have the session process load p.Text and call p.Entry
//
// Compiling a cell takes two tenths of a second, interpreting one that only puts compiled
// things together takes half a millisecond: fmt.Println(x), x = 100, squares[3], square(5). Such a
// cell is glue if each of its constructs is on the list (constructs, operators, builtins, packages:
// tables with a reason in each row that is no glue) of those for which experiments have shown that
// the interpreter means by it what Go means. What is not on a list is compiled.
//
// What the text mentions is native. Session variables are pointers to their storage, which the
// process makes beforehand for those that the cell declares; functions and types are the
// compiled ones. Calls are written one a statement, in Go's order, and what can panic with
// a text that the interpreter words in its own way is checked by native code first.
//
// A value's type must be one that compiled code knows, or a type switch in a later cell
// would not: Shapes says which types made of a cell's type are compiled along with it.
//
// Place runs nothing and keeps nothing.
package glue
