package procpool

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"sync"
)

// A Listener accepts connections of programs that know its key, also of other trees of processes
// and of other machines. Several may greet it at a time, and one that says nothing keeps nobody
// out. Its methods are safe for concurrent use. Python's
// multiprocessing.connection.Listener.
type Listener struct {
	listener net.Listener
	key      []byte
	folder   string // to remove, or ""
	greeted  chan greeted
	closed   chan struct{}
	once     sync.Once
	work     sync.WaitGroup
}

// A greeted is what became of a connection.
type greeted struct {
	conn net.Conn
	err  error
}

// maxGreeting is how many connections may be greeted, or wait for Accept, at a time.
const maxGreeting = 64

// Listen listens at an address of the network "tcp" or "unix", or any other of net.Listen's that is
// one of streams. An empty address is a free one of this machine. Key is what both
// sides must know; nil: a random one, which Key returns. The key keeps others out, but what is sent is not
// encrypted. A unix address that is a file stays there if the process is killed; the empty one is none on Linux.
func Listen(network, address string, key []byte) (*Listener, error) {
	l := &Listener{key: key, greeted: make(chan greeted), closed: make(chan struct{})}
	if len(key) == 0 {
		l.key = make([]byte, sha256Size)
		rand.Read(l.key)
	}
	if address == "" {
		var err error
		if address, err = l.freeAddress(network); err != nil {
			return nil, errorf("listen: %w", err)
		}
	}
	var err error
	if l.listener, err = net.Listen(network, address); err != nil {
		l.remove()
		return nil, errorf("%w", err)
	}
	l.work.Add(1)
	go l.accept()
	return l, nil
}

const sha256Size = 32

// freeAddress returns an address of this machine that nobody uses. On Linux it is no file, so that
// nothing is left of it.
func (l *Listener) freeAddress(network string) (string, error) {
	if network != "unix" {
		return "localhost:0", nil
	}
	if runtime.GOOS == "linux" {
		name := make([]byte, 16)
		rand.Read(name)
		return "@procpool-" + hex.EncodeToString(name), nil
	}
	folder, err := os.MkdirTemp("", "procpool")
	l.folder = folder
	return filepath.Join(folder, "socket"), err
}

func (l *Listener) remove() {
	if l.folder != "" {
		os.RemoveAll(l.folder)
	}
}

// accept greets connections until the listener is closed.
func (l *Listener) accept() {
	defer l.work.Done()
	places := make(chan struct{}, maxGreeting)
	for {
		select {
		case places <- struct{}{}:
		case <-l.closed:
			return
		}
		conn, err := l.listener.Accept()
		if err != nil {
			select {
			case l.greeted <- greeted{nil, errorf("%w", err)}:
				<-places
				continue
			case <-l.closed:
				return
			}
		}
		l.work.Add(1)
		go func() {
			defer l.work.Done()
			defer func() { <-places }()
			l.greet(conn)
		}()
	}
}

// greet authenticates a connection and hands it to Accept.
func (l *Listener) greet(conn net.Conn) {
	stop := make(chan struct{})
	defer close(stop)
	go func() { // ends with greet
		select {
		case <-l.closed:
			conn.Close()
		case <-stop:
		}
	}()
	err := authenticate(conn, l.key, false)
	if err != nil {
		conn.Close()
		err = errorf("%s: %w", conn.RemoteAddr(), err)
	}
	select {
	case l.greeted <- greeted{conn, err}:
	case <-l.closed:
		conn.Close()
	}
}

// NewRawAccepted waits for a connection of a listener, until ctx is done.
func NewRawAccepted(ctx context.Context, l *Listener) (*RawConn, error) {
	origin := this.context(this.origin())
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	select {
	case g := <-l.greeted:
		if g.err != nil {
			return nil, g.err
		}
		return &RawConn{net: newNetConn(g.conn)}, nil
	case <-l.closed:
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-origin.Done():
		return nil, context.Cause(origin)
	}
}

// Addr returns the address, for Dial.
func (l *Listener) Addr() string { return l.listener.Addr().String() }

// Network returns the network, for Dial.
func (l *Listener) Network() string { return l.listener.Addr().Network() }

// Key returns the key, for Dial.
func (l *Listener) Key() []byte { return l.key }

// Close ends listening, and every Accept with ErrClosed. Connections go on. It may be called again.
func (l *Listener) Close() (err error) {
	l.once.Do(func() {
		close(l.closed)
		err = l.listener.Close()
		l.work.Wait()
		l.remove()
	})
	return err
}

// NewRawDialed connects to a listener, until ctx is done.
func NewRawDialed(ctx context.Context, network, address string, key []byte) (*RawConn, error) {
	if len(key) == 0 {
		return nil, errorf("%w: no key", ErrAuth)
	}
	origin := this.context(this.origin())
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(origin, func() { cancel(context.Cause(origin)) })()
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, address)
	if err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return nil, errorf("%w", err)
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	err = authenticate(conn, key, true)
	if !stop() {
		err = context.Cause(ctx)
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return &RawConn{net: newNetConn(conn)}, nil
}
