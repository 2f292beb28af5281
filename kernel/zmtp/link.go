package zmtp

import (
	"bufio"
	"io"
	"net"
	"sync"
	"time"
)

// wireBuffer is the size of a connection's two buffers.
const wireBuffer = 64 << 10

// lastWords is how long we read on from a peer that takes nothing any more.
const lastWords = time.Second

// A link is one connection after its handshake, at either end: a reader
// that takes messages in, a queue of those that go out, and a writer.
type link struct {
	conn     net.Conn
	identity string // what the peer calls itself
	in       messageReader
	out      *queue

	// subscribe hears of SUBSCRIBE and CANCEL; nil if they mean nothing here.
	subscribe func(topic string, on bool) error
}

// openLink does the handshake. It leaves conn open if it fails.
func openLink(conn net.Conn, t Type, o Options, b *budget, done <-chan struct{}, server bool) (*link, error) {
	r := bufio.NewReaderSize(conn, wireBuffer)
	identity, err := handshake(conn, r, t, o, server)
	if err != nil {
		return nil, err
	}
	l := &link{conn: conn, identity: identity, out: newQueue(o.QueueBytes)}
	l.in = messageReader{
		r: r, maxFrame: o.MaxFrame, maxFrames: o.MaxFrames, budget: b, done: done, command: l.command,
	}
	return l, nil
}

// run reads and writes until the connection ends, and says why it did. When
// receive returns ErrClosed, what still arrives is read and thrown away, so
// that the peer gets to read our last words instead of a reset.
func (l *link) run(receive func(inbound) error) error {
	var writer sync.WaitGroup
	writer.Go(func() {
		if l.write() != nil { // what the peer sent before it left is still to be read
			l.out.abort()
			l.conn.SetReadDeadline(time.Now().Add(lastWords))
		}
	})
	err := l.read(receive)
	if err == ErrClosed {
		io.Copy(io.Discard, l.in.r)
	}
	l.kill()
	writer.Wait()
	return err
}

// kill ends the connection now; what is queued is lost.
func (l *link) kill() {
	l.out.abort()
	l.conn.Close()
}

func (l *link) read(receive func(inbound) error) error {
	for {
		in, err := l.in.next()
		if err != nil {
			return err
		}
		if err := receive(in); err != nil {
			return err
		}
	}
}

// command answers PING, passes subscriptions on, and ignores the rest.
func (l *link) command(body []byte) error {
	name, args, err := splitCommand(body)
	if err != nil {
		return err
	}
	switch name {
	case cmdPing:
		answer, err := pong(args)
		if err != nil {
			return err
		}
		l.out.putPong(answer)
	case cmdSubscribe, cmdCancel:
		if l.subscribe != nil {
			return l.subscribe(string(args), name == cmdSubscribe)
		}
	case cmdError:
		return violationf("peer says ERROR %s", printable(args))
	}
	return nil
}

// write writes what is queued until the queue ends. After finish it lets
// the peer know that no more comes; it does not close.
func (l *link) write() error {
	w := &messageWriter{Writer: bufio.NewWriterSize(l.conn, wireBuffer), q: l.out}
	for {
		batch, more := l.out.take()
		if !more {
			return l.endWriting()
		}
		if err := w.writeBatch(batch); err != nil {
			return err
		}
		if !l.out.idle() {
			continue
		}
		if err := w.flush(); err != nil {
			return err
		}
		<-l.out.wake
	}
}

// endWriting sends the end of the stream.
func (l *link) endWriting() error {
	if half, ok := l.conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// A messageWriter writes a queue's messages, and tells the queue about bytes
// only once they have left its buffer.
type messageWriter struct {
	*bufio.Writer
	q       *queue
	pending int64 // bytes of messages written here that the queue still counts
}

func (w *messageWriter) writeBatch(batch [][][]byte) error {
	if err := w.writePong(); err != nil {
		return err
	}
	for i, frames := range batch {
		batch[i] = nil
		if err := writeMessage(w.Writer, frames); err != nil {
			return err
		}
		w.pending += size(frames)
		w.settle()
		if err := w.writePong(); err != nil {
			return err
		}
	}
	return nil
}

func (w *messageWriter) writePong() error {
	if p := w.q.takePong(); p != nil {
		return writeFrame(w.Writer, flagCommand, p)
	}
	return nil
}

func (w *messageWriter) flush() error {
	if err := w.Flush(); err != nil {
		return err
	}
	w.settle()
	return nil
}

// settle gives the queue back what is no longer buffered here.
func (w *messageWriter) settle() {
	if left := w.pending - int64(w.Buffered()); left > 0 {
		w.q.written(left)
		w.pending -= left
	}
}
