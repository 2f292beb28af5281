// Package gotest runs the Go project's own test programs as notebook cells.
//
// A Go distribution brings them, in GOROOT/test: hundreds of small programs whose first
// line is "// run", which print what stands in a .out file beside them, or nothing, and end
// well. Here each is given to a session of its own, once as one cell, and once cut into
// cells, as a user would have written it in a notebook: first the imports, then one cell
// for each group of declarations that mention one another, after the cells that it
// needs, then func init, then main.
//
//	go test ./tests/gotest                                # a sample, the same each time
//	PARAGO_LONG=1 go test -timeout 1h ./tests/gotest      # all, which takes ten minutes
//	go test ./tests/gotest -v -run TestWhole -gotest.file=chan/sieve1.go
//	go test ./tests/gotest -v -run TestCut -gotest.file=chan/sieve1.go -gotest.show
//
// TestWhole and TestCut print a report: the share that passes, folder by folder, and the
// failures, grouped by what was seen, the commonest first. Package flag's help
// (-args -help) lists the rest: other back-ends, other folders, a report to compare with.
//
// A program that fails in cells is compiled and run once more from a file of another name and,
// if it was cut, with its lines moved. If that fails as well, the program looks for its file or for the
// numbers of its own lines, which are others in cells by nature: then it says nothing of cells, and does
// not count, if Go's program passes where it stands.
//
// # The lists
//
// testdata/excluded.txt names the programs that are about the toolchain and not about the
// language, each with its reason; they do not count. testdata/known.txt names those that
// fail today, each with the first words of what is seen; any other failure fails the test,
// and so do more of them than the shares allow (none of a folder as one cell, 2 % cut).
// testdata/regressions.txt names programs that failed once; they run each time, beside
// the sample.
//
// # Where there are no programs
//
// The archives of the Go project, its sources and most packages of distributions have
// GOROOT/test. The toolchains that the go command downloads by itself do not, since their
// modules leave it out; then the local toolchain's are taken if it has some.
// -gotest.root names another copy. Without one the tests are skipped, and fail where the
// variable CI is set.
package gotest
