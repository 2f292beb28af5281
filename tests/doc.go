// Package tests keeps the rules of the house: which package may import which, what the source
// must not hold, what stands at the top of the tree; and the list of what procpool must do.
// Exceptions and their reasons are in testdata/allow.txt. It needs nothing but Go.
//
// The folders below look at Parago from outside, as a user does, each a package by what it
// needs:
//
//	cells     sessions: what procpool does for cells (cases are text)
//	command   the program that `go build` makes, and Python (scripts are text)
//	jupyter   Jupyter's client
//	lab       JupyterLab in a browser, and the programs that run notebooks
//	gotest    the Go project's own test programs
//	bench     figures, beside other kernels
//
// e2e builds and installs Parago for them, pyenv has the Python; they are no tests. Where
// Python or Chromium is missing, a test that needs it is skipped and says what is missing;
// where the variable CI is set it fails. PARAGO_LONG has tests run everything: without it, what
// only repeats the same is left out, so that `go test ./...` ends within minutes.
//
// These packages never reach into another package of Parago, except to parse its source,
// to run cells in sessions, and to hand notebooks to their checkers. docs/testing.md says where a
// new case goes.
package tests
