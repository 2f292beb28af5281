// Package cell turns source text into declarations, statements and a last expression.
package cell
