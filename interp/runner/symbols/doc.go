// Package symbols is tables of compiled packages for the interpreter: Parago's own
// that cells use, and what the standard library has gained since the interpreter's
// tables were made, a file for each minor version of Go. They are generated; a test says when
// they are stale. For a new Go, its go command runs go generate here.
//
//	i := interp.New(interp.Options{})
//	i.Use(stdlib.Symbols)
//	i.Use(symbols.Std())
//
// Std is of those packages that glue may use, which the program that runs compiled cells has,
// too. Package late has the tables of all others.
//
// A table lives as long as the interpreter that uses it. Generic names are in none.
package symbols

//go:generate go run ./gen std .
//go:generate go run ./gen late late
//go:generate go run ./gen github.com/parago/parago/procpool procpool.go
//go:generate go run ./gen github.com/parago/parago/procpool/codec codec.go
//go:generate go run ./gen github.com/parago/parago/interp/display display.go
//go:generate go run ./gen github.com/parago/parago/interp/display/gonbui gonbui.go
