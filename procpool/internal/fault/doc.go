// Package fault has the errors of procpool, and what it takes to speak of errors and panics of users
// without harm.
//
//	return fault.Errorf("start %s: %w", name, err) // "procpool: start f: …", also if err says procpool itself
//
// Its errors are values: package procpool names the ones that users meet, under the same names. A user's
// error has methods of its own, which may panic or never return, so their text and their kind are
// asked for by [ErrorText] and [IsError] only.
//
// It never ends a process, and never waits longer for a user's method than some seconds.
package fault
