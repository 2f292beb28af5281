// Package wire is what a session's owner and its interpreter process say to each
// other: Go values in gob, over a descriptor that the process inherits and that is
// never its stdin or stdout, because those belong to user code.
//
//	owner                          interpreter process
//	Run{1, "cell۰1"}        →
//	                        ←      Output, Display, Input …
//	Line                    →
//	                        ←      Done{1}
//
// A Run lives from Run to Done; there is one at a time. What the process itself
// prints is not here: its owner reads that from descriptors 1 and 2. So that the
// two ways keep one order, the process sends Flush after an Output that its own
// next print must not overtake, and waits for Flushed.
//
// This package knows no Go source and no interpreter.
package wire
