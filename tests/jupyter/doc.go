// Package jupyter drives the installed kernel with Jupyter's own client: messages,
// interrupts, processes, crashes. The suites are in the folder python, a file for each
// subject; each Go test runs one file, and its subtests are that file's tests.
//
//	go test ./tests/jupyter -run TestInterrupt
//	PARAGO_PYTEST='-k Mutex' go test ./tests/jupyter -run TestInterrupt
//	PARAGO_ENGINE=native go test ./tests/jupyter -run TestCrash
//
// What a cell prints is no matter of a client: such a case belongs to interp/testdata.
package jupyter
