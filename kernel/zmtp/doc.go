// Package zmtp gives a Jupyter kernel its ZeroMQ sockets, and Parago's own
// client the other ends of them.
//
// The wire's first words (greeting, security handshake, metadata) are spoken
// by github.com/go-zeromq/zmq4; the accept loop, framing, queues, slow-peer
// policy and close are here, because those decide whether a kernel survives
// a port scan, a stopped front end or its own exit.
//
// A kernel binds five sockets and reads from four of them:
//
//	shell, err := zmtp.Listen(zmtp.Router, "tcp://127.0.0.1:0", zmtp.Options{})
//	if err != nil {
//		return err
//	}
//	defer shell.Close(time.Second)
//	for {
//		m, err := shell.Recv(ctx)
//		if err != nil {
//			return err // ctx ended or the socket was closed; no peer can cause it
//		}
//		shell.SendTo(m.From, answer(m.Frames)...)
//	}
//
// A client dials them:
//
//	c, err := zmtp.Dial(ctx, zmtp.Dealer, shell.Addr(), zmtp.Options{Identity: "session"})
//	err = c.Send(ctx, []byte("hello"))
//	frames, err := c.Recv(ctx)
//
// # The bound sockets
//
// Router serves shell, control and stdin: Recv names the sender and SendTo
// answers it. XPub serves iopub: Send publishes under the topic in the first
// frame, and Recv reports who subscribed to what, so that a kernel can say
// iopub_welcome. Rep serves the heartbeat: it sends every message back to
// where it came from, by itself, and needs no Recv.
//
// # Life of a Socket
//
//   - Listen binds and starts one goroutine that accepts, and does nothing
//     that a peer could delay.
//   - Every connection is handshaken in a goroutine of its own, under a
//     deadline, and then has one goroutine that reads and one that writes.
//     Between them and the socket's user are queues with a bound in bytes.
//   - A peer that breaks the protocol, or whose queue stays over its bound,
//     loses its connection, and no one else notices.
//   - Close stops accepting, writes out what is queued, lets peers read to
//     the end, and returns when every goroutine has ended.
//
// # What it never does
//
// It never drops a message of a connection that it keeps open: a peer either
// gets everything in order or is disconnected, and the log says so. It never
// holds a lock while it writes to the network, never allocates for bytes that
// have not arrived, never lets a peer's bytes panic or end the process, never
// writes to stderr, and never reconnects on its own. It knows no Jupyter
// messages, no signatures and no JSON.
package zmtp
