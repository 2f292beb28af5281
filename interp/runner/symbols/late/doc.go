// Package late is tables for the interpreter of those packages of the standard library that
// glue does not use. A program in which all cells are interpreted has them; the one that
// runs compiled cells does without, so that it is there sooner.
//
//	os.Exit(runner.Main(runner.Options{Library: late.Library()}))
package late
