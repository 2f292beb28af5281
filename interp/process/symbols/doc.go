// Package symbols is what Parago's own packages offer to cells, as tables for the
// interpreter. The tables are generated; a test says when they are stale.
//
//	i := interp.New(interp.Options{})
//	i.Use(symbols.Procpool())
//
// A table lives as long as the interpreter that uses it. Generic names are in none.
package symbols

//go:generate go run ./gen github.com/parago/parago/procpool procpool.go
//go:generate go run ./gen github.com/parago/parago/interp/display display.go
