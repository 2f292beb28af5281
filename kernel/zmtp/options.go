package zmtp

import (
	"cmp"
	"log/slog"
	"time"
)

// Options bounds what peers may make a socket hold and how long it waits for
// them. The zero value is ready to use: each zero field has the default that
// its comment names.
type Options struct {
	// Identity is what a Dealer or Req calls itself to a Router: at most 255
	// bytes, the first not zero. Empty lets the Router choose. Listen takes
	// none.
	Identity string

	// MaxFrame is the most bytes one frame from a peer may have: 1 GiB. XPub
	// and Rep take at most 64 KiB, as subscriptions and heartbeats are short.
	MaxFrame int64
	// MaxFrames is the most frames one message from a peer may have: 1,024.
	MaxFrames int
	// MaxInbound bounds the bytes that all connections of the socket hold in
	// messages that Recv has not returned yet, beyond 64 KiB a message:
	// twice MaxFrame. While complete messages fill it, readers wait and TCP
	// pushes back; a message that cannot fit otherwise ends its connection.
	MaxInbound int64
	// MaxConns is how many connections a Socket keeps at a time, with those
	// that are still in their handshake: 256. Further ones are closed.
	MaxConns int

	// QueueBytes bounds what waits to be written to one peer: 64 MiB. One
	// message alone may be larger. Beyond it, an XPub's Send waits (see
	// StallLimit), a Router's peer is disconnected and a Client's Send waits.
	QueueBytes int64
	// StallLimit is how long one Send of an XPub waits for subscribers whose
	// queue is full, before it disconnects them: 30 s.
	StallLimit time.Duration
	// HandshakeLimit is how long a new connection may take to the end of the
	// handshake: 5 s.
	HandshakeLimit time.Duration

	// Logger hears of peers that were refused or disconnected, at most a few
	// lines a minute. Nil is silence.
	Logger *slog.Logger
}

// shortMessage is the size up to which a message needs no share of
// MaxInbound, so that one peer's large messages cannot keep out another's
// small ones.
const shortMessage = 64 << 10

// withDefaults fills the zero fields in.
func (o Options) withDefaults(t Type) Options {
	o.MaxFrame = cmp.Or(o.MaxFrame, 1<<30)
	o.MaxFrames = cmp.Or(o.MaxFrames, 1024)
	o.MaxInbound = cmp.Or(o.MaxInbound, 2*o.MaxFrame)
	o.MaxConns = cmp.Or(o.MaxConns, 256)
	o.QueueBytes = cmp.Or(o.QueueBytes, 64<<20)
	o.StallLimit = cmp.Or(o.StallLimit, 30*time.Second)
	o.HandshakeLimit = cmp.Or(o.HandshakeLimit, 5*time.Second)
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if t == XPub || t == Rep {
		o.MaxFrame, o.MaxInbound = min(o.MaxFrame, shortMessage), 1
	}
	if t == Rep {
		o.QueueBytes = min(o.QueueBytes, shortMessage)
	}
	return o
}
