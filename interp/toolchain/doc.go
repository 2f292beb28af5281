// Package toolchain lets a session compile its cells with the Go toolchain of this machine.
//
//	tc, err := toolchain.Find(toolchain.Options{Beside: exe})
//	s, err := interp.New(interp.Options{Toolchain: tc, Missing: err})
//
// It is where package interp, which knows what it wants of a compiler, meets package native,
// which knows nothing of sessions, and the sources of the interpreter process, which a
// host is built from. A Toolchain may serve several sessions; it lives until Close.
package toolchain
