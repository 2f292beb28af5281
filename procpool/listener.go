package procpool

import (
	"context"

	"github.com/parago/parago/procpool/embed"
	"github.com/parago/parago/procpool/internal/remote"
)

// A Listener accepts connections of programs that know its key, also of other trees of processes
// and of other machines. Several may greet it at a time, and strangers that say nothing, or something
// else, keep nobody out and are not told of. Its methods are safe for concurrent use. Python's
// multiprocessing.connection.Listener.
type Listener struct{ l *remote.Listener }

// Listen listens at an address of the network "tcp" or "unix", or any other of net.Listen's that is
// one of streams. An empty address is a free one of this machine. Key is what both
// sides must know; nil: a random one, which Key returns. The key keeps others out, but what is sent is not
// encrypted. A unix address that is a file stays there if the process is killed; the empty one is none on Linux.
func Listen(network, address string, key []byte) (*Listener, error) {
	l, err := remote.Listen(network, address, key)
	if err != nil {
		return nil, err
	}
	return &Listener{l}, nil
}

// AcceptOf waits for a connection, until ctx is done. It is what Accept is made of.
func (l *Listener) AcceptOf(ctx context.Context) (*embed.Conn, error) {
	return l.l.Accept(ctx, this.Space)
}

// Addr returns the address, for Dial.
func (l *Listener) Addr() string { return l.l.Addr() }

// Network returns the network, for Dial.
func (l *Listener) Network() string { return l.l.Network() }

// Key returns the key, for Dial.
func (l *Listener) Key() []byte { return l.l.Key() }

// Close ends listening, and every Accept with ErrClosed. Connections go on. It may be called again.
func (l *Listener) Close() error { return l.l.Close() }

// String says where it listens.
func (l *Listener) String() string { return l.l.String() }
