package zmtp

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"net"
	"time"

	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/security/null"
)

const (
	greetingBytes  = 64       // ZMTP 3.0's fixed first words
	handshakeBytes = 64 << 10 // plenty for the metadata that follows
	maxIdentity    = 255
)

// handshake lets zmq4 speak the greeting and the security handshake, and
// returns the identity that the peer gave itself. It bounds what zmq4 does
// not: time, sizes, and what its parser does with malformed metadata.
func handshake(conn net.Conn, r *bufio.Reader, t Type, o Options, server bool) (identity string, err error) {
	defer func() {
		if p := recover(); p != nil { // zmq4.Property.Write indexes past short metadata
			err = violationf("malformed handshake: %v", p)
		}
	}()
	if err := conn.SetDeadline(time.Now().Add(o.HandshakeLimit)); err != nil {
		return "", err
	}
	g := &guard{Conn: conn, r: r, greeting: greetingBytes, left: handshakeBytes}
	z, err := zmq4.Open(g, null.Security(), zmq4.SocketType(t), zmq4.SocketIdentity(o.Identity), server, nil)
	if err != nil {
		return "", fmt.Errorf("handshake: %w", err)
	}
	identity = z.Peer.Meta["Identity"]
	if err := checkIdentity(identity); err != nil {
		return "", err
	}
	return identity, conn.SetDeadline(time.Time{})
}

// checkIdentity refuses what cannot be an identity; those that begin with a
// zero byte are the ones that a Router gives to the nameless.
func checkIdentity(identity string) error {
	if len(identity) > maxIdentity {
		return violationf("identity of %d bytes", len(identity))
	}
	if identity != "" && identity[0] == 0 {
		return violation("identity begins with a zero byte")
	}
	return nil
}

// A guard is the connection as zmq4 sees it during the handshake. It looks
// at the size of each frame before zmq4 does, because zmq4 allocates what a
// frame announces: a terabyte is not a panic that one can recover from.
type guard struct {
	net.Conn
	r        *bufio.Reader
	greeting int // bytes of the greeting that are still to be read
	frame    int // bytes of the current frame that are still to be read
	left     int // bytes of frames that the handshake may still have
}

func (g *guard) Read(p []byte) (int, error) {
	rest := &g.greeting
	if *rest == 0 {
		rest = &g.frame
		if *rest == 0 {
			if err := g.enterFrame(); err != nil {
				return 0, err
			}
		}
	}
	n, err := g.r.Read(p[:min(len(p), *rest)])
	*rest -= n
	return n, err
}

// enterFrame looks at the next frame's header without consuming it.
func (g *guard) enterFrame() error {
	head, err := g.r.Peek(2)
	if err != nil {
		return err
	}
	n, size := 2, uint64(head[1])
	if head[0]&flagLong != 0 {
		if head, err = g.r.Peek(9); err != nil {
			return err
		}
		n, size = 9, binary.BigEndian.Uint64(head[1:])
	}
	if size > uint64(max(g.left-n, 0)) {
		return violationf("handshake with a frame of %d bytes", size)
	}
	g.frame = n + int(size)
	g.left -= g.frame
	return nil
}
