package zmtp

import (
	"context"
	"errors"
	"net"
	"strconv"
	"sync"
)

// inboundMessages is how many complete messages wait for Recv before readers
// wait too.
const inboundMessages = 1024

// A Socket is a bound ZeroMQ socket: a Router, XPub or Rep. All its methods
// may be called from any goroutine.
type Socket struct {
	typ      Type
	endpoint string
	options  Options
	listener net.Listener
	report   *report
	budget   *budget
	in       chan delivery
	done     chan struct{}  // closed when Close begins
	wg       sync.WaitGroup // accept and one serve a connection

	publishing sync.Mutex // one Send at a time, so that all subscribers see one order

	mu      sync.Mutex // guards what follows, and every peer's name and topics
	closing bool
	conns   map[net.Conn]*peer // nil for those that are in their handshake
	names   map[string]*peer
	serial  uint64 // counts the names that we gave
}

// A peer is one connection that a Socket serves.
type peer struct {
	*link
	name   string         // how Recv and SendTo call it
	topics map[string]int // what it subscribed to, and how often
}

// A delivery is a message on its way to Recv, and what it holds of the budget.
type delivery struct {
	Message
	held int64
}

// Listen binds a socket of type Router, XPub or Rep to an endpoint:
// "tcp://127.0.0.1:5555", "tcp://*:5555", or "ipc:///path/to/file". With port
// 0 the system chooses the port, and Addr tells it. An ipc file that a dead
// process left behind is replaced; one in use is refused. The caller must
// Close the socket.
func Listen(t Type, endpoint string, o Options) (*Socket, error) {
	fail := func(err error) (*Socket, error) {
		return nil, &Error{Op: "listen", Type: t, Endpoint: endpoint, Err: err}
	}
	if !t.binds() {
		return fail(errors.New("not a type that binds: want Router, XPub or Rep"))
	}
	a, err := parseEndpoint(endpoint)
	if err != nil {
		return fail(err)
	}
	listener, a, err := a.listen()
	if err != nil {
		return fail(err)
	}
	o.Identity = ""
	o = o.withDefaults(t)
	s := &Socket{
		typ: t, endpoint: a.String(), options: o, listener: listener,
		report: &report{log: o.Logger.With("socket", string(t), "endpoint", a.String())},
		budget: newBudget(o.MaxInbound),
		in:     make(chan delivery, inboundMessages),
		done:   make(chan struct{}),
		conns:  make(map[net.Conn]*peer),
		names:  make(map[string]*peer),
	}
	s.wg.Go(s.accept)
	return s, nil
}

// Addr returns the endpoint that the socket is bound to, in ZeroMQ's
// spelling, with the real port.
func (s *Socket) Addr() string { return s.endpoint }

// Recv returns the next message of a Router, or the next subscription of an
// XPub, from any peer. It waits until there is one, ctx ends, or the socket
// is closed (ErrClosed); no peer can make it fail. An XPub's events must be
// received: when 1,024 wait, peers that subscribe wait too. A Rep has nothing
// to receive and only waits.
func (s *Socket) Recv(ctx context.Context) (Message, error) {
	select {
	case <-s.done:
		return Message{}, s.failed("receive", "", ErrClosed)
	default:
	}
	select {
	case d := <-s.in:
		s.budget.giveBack(d.held, true)
		return d.Message, nil
	case <-ctx.Done():
		return Message{}, s.failed("receive", "", ctx.Err())
	case <-s.done:
		return Message{}, s.failed("receive", "", ErrClosed)
	}
}

// deliver hands a message to Recv, and waits while Recv is too far behind.
func (s *Socket) deliver(m Message, held int64) error {
	select {
	case s.in <- delivery{m, held}:
		return nil
	case <-s.done:
		return ErrClosed
	}
}

// receive does with a peer's message what the socket's type asks for.
func (s *Socket) receive(p *peer, in inbound) error {
	switch s.typ {
	case Router:
		return s.deliver(Message{From: s.nameOf(p), Frames: in.frames}, in.held)
	case XPub:
		s.budget.giveBack(in.held, true)
		if topic, on, ok := subscriptionFrame(in.frames); ok {
			return s.subscribe(p, topic, on)
		}
		return nil
	default:
		s.budget.giveBack(in.held, true)
		return s.echo(p, in.frames)
	}
}

// join makes a handshaken connection one of the socket's peers, unless the
// socket is closing. A Router's newest connection owns an identity: one that
// had it keeps its connection under a name that we choose.
func (s *Socket) join(l *link) (*peer, bool) {
	p := &peer{link: l, topics: make(map[string]int)}
	if s.typ == XPub {
		l.subscribe = func(topic string, on bool) error { return s.subscribe(p, topic, on) }
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return nil, false
	}
	name := l.identity
	if name == "" || s.typ != Router {
		name = s.newName()
	}
	if old := s.names[name]; old != nil {
		old.name = s.newName()
		s.names[old.name] = old
	}
	p.name = name
	s.names[name], s.conns[l.conn] = p, p
	return p, true
}

// leave forgets a peer whose connection ended.
func (s *Socket) leave(p *peer) {
	s.mu.Lock()
	delete(s.names, p.name)
	topics := p.topics
	p.topics = nil
	s.mu.Unlock()
	for topic := range topics {
		s.deliver(Message{From: p.name, Kind: Unsubscribe, Topic: topic}, 0)
	}
}

// newName returns an identity that no peer can give itself. The caller holds mu.
func (s *Socket) newName() string {
	s.serial++
	return "\x00" + strconv.FormatUint(s.serial, 10)
}

func (s *Socket) nameOf(p *peer) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return p.name
}

// isClosed reports whether Close has begun.
func (s *Socket) isClosed() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

func (s *Socket) failed(op, peer string, err error) error {
	return &Error{Op: op, Type: s.typ, Endpoint: s.endpoint, Peer: peer, Err: err}
}
