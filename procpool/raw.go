package procpool

import (
	"context"

	"github.com/parago/parago/procpool/internal/share"
)

// What the generic types are made of.

// NewRawAccepted waits for a connection of a listener, until ctx is done.
func NewRawAccepted(ctx context.Context, l *Listener) (*share.Conn, error) {
	return accepted(this.Node, ctx, l)
}

// NewRawDialed connects to a listener, until ctx is done.
func NewRawDialed(ctx context.Context, network, address string, key []byte) (*share.Conn, error) {
	return dialed(this.Node, ctx, network, address, key)
}
