package zmtp

import "syscall"

// ownerOnly sets the mode of a Unix socket before it is bound, so that its
// file is never open to others, not even between bind and chmod: on Linux
// bind takes the file's mode from the descriptor.
func ownerOnly(network, _ string, c syscall.RawConn) error {
	if network != "unix" {
		return nil
	}
	var failed error
	err := c.Control(func(fd uintptr) { failed = syscall.Fchmod(int(fd), 0o600) })
	if err != nil {
		return err
	}
	return failed
}
