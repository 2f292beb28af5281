package zmtp

import (
	"errors"
	"fmt"
)

var (
	// ErrClosed says that the Socket or Client was closed by its owner.
	ErrClosed = errors.New("closed")
	// ErrNoPeer says that SendTo was given an identity that no connection has.
	ErrNoPeer = errors.New("no such peer")
	// ErrStalled says that a peer does not read what is sent to it, and was
	// disconnected for that.
	ErrStalled = errors.New("peer does not read")
	// ErrUnsent says that Close gave up before everything was written.
	ErrUnsent = errors.New("not everything was sent")
)

// Error is what every function of this package returns when it fails.
type Error struct {
	Op       string // what was attempted: "listen", "send", …
	Type     Type   // by a socket of this type
	Endpoint string // bound to or connected to this
	Peer     string // for or with this peer; empty if it concerns none
	Err      error  // why not
}

func (e *Error) Error() string {
	s := fmt.Sprintf("zmtp: %s %s %s", e.Op, e.Type, e.Endpoint)
	if e.Peer != "" {
		s += fmt.Sprintf(" peer %q", e.Peer)
	}
	return s + ": " + e.Err.Error()
}

// Unwrap returns the reason, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

// A violation is what a peer did against the protocol or our bounds. It ends
// the peer's connection and is worth a line in the log, unlike a peer that
// just leaves.
type violation string

func (v violation) Error() string { return string(v) }

func violationf(format string, args ...any) error {
	return violation(fmt.Sprintf(format, args...))
}
