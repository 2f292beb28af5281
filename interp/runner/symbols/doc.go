// Package symbols is tables of compiled packages for the interpreter: of those of the standard
// library that glue may use, a file for each minor version of Go, and of Parago's own that cells use.
// They are generated; a test says when they are stale. For a new Go, its go command runs go generate here.
//
//	library := symbols.All()
//	names := library.Symbols("bufio") // as the interpreter takes them
//
// Package late has the packages of the standard library that only a program needs in which all cells
// are interpreted.
//
// A table is data that the linker has made, so that a process which imports nothing spends nothing
// on it. Generic names are in none.
package symbols

//go:generate go run ./gen std .
//go:generate go run ./gen late late
//go:generate go run ./gen log/syslog late/syslog.go
//go:generate go run ./gen github.com/parago/parago/procpool procpool.go
//go:generate go run ./gen github.com/parago/parago/procpool/embed embed.go
//go:generate go run ./gen github.com/parago/parago/procpool/codec codec.go
//go:generate go run ./gen github.com/parago/parago/interp/display display.go
//go:generate go run ./gen github.com/parago/parago/interp/display/gonbui gonbui.go
