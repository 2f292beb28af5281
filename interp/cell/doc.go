// Package cell turns source text into imports, declarations, statements and a
// last expression, and says whether a text is complete.
//
//	c, err := cell.Parse(3, "x := 2\nfunc double(n int) int { return 2 * n }\ndouble(x)")
//
// gives one declaration, one statement and the Result double(x). Go's own parser
// does the work: the text is cut into top-level items by its tokens, and each kind
// of item is parsed from a copy of the text in which all else is blanked, so that
// every position is the user's own.
//
// A Cell is made by Parse and never changed. The package knows no types and no
// earlier cells; magics are gone before it sees the text.
package cell
