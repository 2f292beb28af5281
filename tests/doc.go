// Package tests looks at Parago from outside, as a user does: the binary that `go build`
// makes, installed for a real Jupyter, driven by real clients and a real browser.
//
//	go test ./tests                                   # all of it
//	go test ./tests -run 'TestInterrupt'              # one suite
//	PARAGO_PYTEST='-k Mutex' go test ./tests -run TestInterrupt
//
// # Where a case goes
//
// A cell and what it prints: testdata/cells. A command line and its answer:
// testdata/script. Both need no knowledge of Go or of this code. What takes a client
// (messages, interrupts, processes): python, in the suite that has the same subject.
// Rules that the source tree has to keep, such as which package may import which, are
// checked here too, with the exceptions and their reasons in testdata/allow.txt.
//
// # What runs a test
//
// Package e2e installs Parago in a temporary folder for each suite, package pyenv has the
// Python for it. Where Python or Chromium is missing, a test that needs it is skipped and
// says what is missing; where the variable CI is set it fails.
//
// This package never reaches into another package of Parago, except to parse its source
// and to hand notebooks to their checkers.
package tests
