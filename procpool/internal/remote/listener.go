package remote

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/share"
)

// A Listener accepts connections of programs that know its key: see procpool.Listener.
type Listener struct {
	listener net.Listener
	key      []byte
	folder   string // to remove, or ""
	greeted  chan net.Conn
	failed   chan error // for Accept: of others with another key; the oldest are kept
	broken   chan error // for Accept: of listening itself
	closed   chan struct{}
	once     sync.Once
	work     sync.WaitGroup

	mu       sync.Mutex
	greeting []guest // who have not shown yet that they know the key, the oldest first; guarded by mu
	left     chan struct{}
}

// A guest is a connection that is being greeted.
type guest struct {
	conn  net.Conn
	since time.Time
}

const (
	// maxGreeting is how many connections may be greeted at a time. For one more the oldest goes, once
	// it has had patience: whoever knows the key needs a moment for it. Until then the next ones wait,
	// and so many that come at once do not push each other out.
	maxGreeting = 256
	patience    = 250 * time.Millisecond
	// maxGreeted is how many connections may wait for Accept, and maxFailed how many errors.
	maxGreeted = 64
	maxFailed  = 16
)

// Listen listens at an address: see procpool.Listen.
func Listen(network, address string, key []byte) (*Listener, error) {
	l := &Listener{key: key, greeted: make(chan net.Conn, maxGreeted), failed: make(chan error, maxFailed), broken: make(chan error), closed: make(chan struct{}), left: make(chan struct{}, 1)}
	if len(key) == 0 {
		l.key = make([]byte, sha256Size)
		rand.Read(l.key)
	}
	if address == "" {
		var err error
		if address, err = l.freeAddress(network); err != nil {
			return nil, fault.Errorf("listen: %w", err)
		}
	}
	var err error
	if l.listener, err = net.Listen(network, address); err != nil {
		l.remove()
		return nil, fault.Errorf("%w", err)
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
	for {
		conn, err := l.listener.Accept()
		switch {
		case err == nil:
			l.enter(conn)
			l.work.Go(func() { l.greet(conn) })
			continue
		case l.isClosed():
			return
		}
		select { // there may be no descriptors left: it is tried again when somebody has heard of it
		case l.broken <- fault.Errorf("%w", err):
		case <-l.closed:
			return
		}
	}
}

func (l *Listener) isClosed() bool {
	select {
	case <-l.closed:
		return true
	default:
		return false
	}
}

// enter makes room for a connection that is to be greeted, and waits for it.
func (l *Listener) enter(conn net.Conn) {
	for {
		wait, ok := l.tryEnter(conn)
		if ok {
			return
		}
		select {
		case <-l.left:
		case <-time.After(wait):
		case <-l.closed:
		}
	}
}

// tryEnter puts a connection on the list, or tells how long the oldest there may still have.
func (l *Listener) tryEnter(conn net.Conn) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.isClosed() {
		conn.Close()
		return 0, true
	}
	if len(l.greeting) == maxGreeting {
		if wait = patience - time.Since(l.greeting[0].since); wait > 0 {
			return wait, false
		}
		l.greeting[0].conn.Close()
		l.greeting = slices.Delete(l.greeting, 0, 1)
	}
	l.greeting = append(l.greeting, guest{conn, time.Now()})
	return 0, true
}

// leave takes a connection off the list, if it is there still.
func (l *Listener) leave(conn net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.greeting = slices.DeleteFunc(l.greeting, func(g guest) bool { return g.conn == conn })
	select {
	case l.left <- struct{}{}:
	default: // it is told already
	}
}

// greet authenticates a connection and hands it to Accept. Who speaks this protocol and has another
// key is an error there; what strangers do is none.
func (l *Listener) greet(conn net.Conn) {
	err := authenticate(conn, l.key, false)
	l.leave(conn)
	if err == nil {
		select {
		case l.greeted <- conn:
			return
		case <-l.closed:
		}
	}
	conn.Close()
	if errors.Is(err, errOtherKey) {
		select {
		case l.failed <- fault.Errorf("%s: %w", conn.RemoteAddr(), err):
		default:
		}
	}
}

// Accept waits for a connection, until ctx is done.
func (l *Listener) Accept(ctx context.Context, sp *share.Space) (*share.Conn, error) {
	origin := sp.Context(sp.Origin())
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	select {
	case conn := <-l.greeted:
		return share.NewLinked(sp, newNetConn(sp.Node, conn)), nil
	case err := <-l.failed:
		return nil, err
	case err := <-l.broken:
		return nil, err
	case <-l.closed:
		return nil, fault.ErrClosed
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
		l.mu.Lock()
		close(l.closed)
		for _, g := range l.greeting {
			g.conn.Close()
		}
		l.mu.Unlock()
		err = l.listener.Close()
		l.work.Wait()
		for len(l.greeted) > 0 {
			(<-l.greeted).Close()
		}
		l.remove()
	})
	return err
}

// Dial connects to a listener, until ctx is done.
func Dial(ctx context.Context, sp *share.Space, network, address string, key []byte) (*share.Conn, error) {
	if len(key) == 0 {
		return nil, fault.Errorf("%w: no key", fault.ErrAuth)
	}
	origin := sp.Context(sp.Origin())
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(origin, func() { cancel(context.Cause(origin)) })()
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, address)
	if err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return nil, fault.Errorf("%w", err)
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	err = authenticate(conn, key, true)
	if !stop() {
		err = context.Cause(ctx)
	}
	if err != nil {
		conn.Close()
		if errors.Is(err, os.ErrDeadlineExceeded) {
			err = &fault.TimeoutError{What: "the greeting of " + address}
		}
		return nil, err
	}
	return share.NewLinked(sp, newNetConn(sp.Node, conn)), nil
}

// String says where it listens.
func (l *Listener) String() string { return "Listener(" + l.Addr() + ")" }
