// Package crossing says which functions of procpool have an argument that runs in another
// process. Both ways to run cells hand such an argument over by name, with what it
// captures, instead of as a plain function value.
//
//	if at, ok := crossing.Argument(fn); ok { … e.Args[at] … }
//
// It is a table and nothing else: a new function of procpool that takes one from another
// process needs its line here, and no more.
package crossing
