// Package host says what an interpreter brings that procpool runs in: how its functions are found and
// loaded in another process, what stacks and panics look like to its users, where output goes.
//
//	h := host.Host{Linker: l, Runner: r, Origin: cell, Output: show}
//
// An interpreter makes one [Host] when its process starts and hands it over, once; it is not changed after
// that. A compiled program has none.
//
// It has no code of its own but what reads and writes units.
package host
