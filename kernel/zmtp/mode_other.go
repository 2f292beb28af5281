//go:build !linux

package zmtp

import "syscall"

// ownerOnly does nothing here: the mode can be set only after bind, which
// listen does.
func ownerOnly(string, string, syscall.RawConn) error { return nil }
