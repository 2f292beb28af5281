//go:build unix

package zmtp

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/security/null"

	"github.com/parago/parago/tests/pyenv"
)

// patience is how long a test waits for what must happen before it fails.
const patience = 60 * time.Second

// within returns a context for one test's waits.
func within(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

// A program is another process that a test talks to, line by line.
type program struct {
	t     testing.TB
	cmd   *exec.Cmd
	stdin io.WriteCloser
	lines chan string // what it printed; closed at its end
	hello string      // the first of them
}

// start runs a program and waits for its first line.
func start(t testing.TB, cmd *exec.Cmd) *program {
	t.Helper()
	p := &program{t: t, cmd: cmd, lines: make(chan string, 100)}
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.stdin = stdin
	read := make(chan struct{})
	go func() {
		defer close(read)
		defer close(p.lines)
		for s := bufio.NewScanner(stdout); s.Scan(); {
			p.lines <- s.Text()
		}
	}()
	t.Cleanup(func() {
		stdin.Close()
		cmd.Process.Kill()
		for range p.lines {
		}
		<-read
		cmd.Wait()
	})
	p.hello = p.line()
	return p
}

// pyzmq starts a libzmq peer that connects to the endpoint.
func pyzmq(t testing.TB, kind, endpoint string, options ...string) *program {
	t.Helper()
	return pyzmqHow(t, kind, "connect", endpoint, options...)
}

func pyzmqHow(t testing.TB, kind, how, endpoint string, options ...string) *program {
	t.Helper()
	args := append([]string{"testdata/peer.py", kind, how, endpoint}, options...)
	return start(t, exec.Command(pyenv.Python(t, "pyzmq"), args...))
}

// line waits for the program's next line.
func (p *program) line() string {
	p.t.Helper()
	select {
	case l, ok := <-p.lines:
		if !ok {
			p.t.Fatal("the program ended")
		}
		return l
	case <-time.After(patience):
		p.t.Fatal("the program prints nothing")
	}
	return ""
}

// tell gives the program a command without waiting for the answer.
func (p *program) tell(command string) {
	p.t.Helper()
	if _, err := io.WriteString(p.stdin, command+"\n"); err != nil {
		p.t.Fatal(err)
	}
}

// ask gives the program a command and returns the answer.
func (p *program) ask(command string) string {
	p.t.Helper()
	p.tell(command)
	return p.line()
}

// want fails the test unless the answer to command is as wanted.
func (p *program) want(command, answer string) {
	p.t.Helper()
	if got := p.ask(command); got != answer {
		p.t.Errorf("%s: got %q, want %q", command, got, answer)
	}
}

// stop makes the program stop itself, and returns when it has.
func (p *program) stop() {
	p.t.Helper()
	p.tell("stop")
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(p.cmd.Process.Pid, &status, syscall.WUNTRACED, nil); err != nil || !status.Stopped() {
		p.t.Fatalf("wait for the stop: %v, status %v", err, status)
	}
}

// resume lets a stopped program go on.
func (p *program) resume() {
	p.t.Helper()
	p.cmd.Process.Signal(syscall.SIGCONT)
	if got := p.line(); got != "continued" {
		p.t.Fatalf("after SIGCONT: %q", got)
	}
}

// listen binds a socket for a test, and closes it at the end.
func listen(t testing.TB, typ Type, o Options) *Socket {
	t.Helper()
	return listenAt(t, typ, "tcp://127.0.0.1:0", o)
}

func listenAt(t testing.TB, typ Type, endpoint string, o Options) *Socket {
	t.Helper()
	s, err := Listen(typ, endpoint, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close(0) })
	return s
}

// dial connects a client for a test, and closes it at the end.
func dial(t testing.TB, typ Type, endpoint string, o Options) *Client {
	t.Helper()
	c, err := Dial(within(t), typ, endpoint, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(0) })
	return c
}

// recv returns a socket's next message.
func recv(t testing.TB, s *Socket) Message {
	t.Helper()
	m, err := s.Recv(within(t))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// text joins frames for comparison.
func text(frames [][]byte) string {
	var words []string
	for _, f := range frames {
		words = append(words, string(f))
	}
	return strings.Join(words, " ")
}

// answer sends the next message of a Router back, and fails unless it is want.
func answer(t testing.TB, s *Socket, want string) Message {
	t.Helper()
	m := recv(t, s)
	if got := text(m.Frames); got != want {
		t.Fatalf("received %q, want %q", got, want)
	}
	if err := s.SendTo(m.From, m.Frames...); err != nil {
		t.Fatal(err)
	}
	return m
}

// serves fails the test unless a fresh libzmq DEALER gets its answer.
func serves(t testing.TB, s *Socket) {
	t.Helper()
	p := pyzmq(t, "DEALER", s.Addr())
	p.want("send still there?", "sent")
	answer(t, s, "still there?")
	p.want("recv", "still there?")
}

// subscribed waits for an XPub's news of a subscription.
func subscribed(t testing.TB, s *Socket, topic string) Message {
	t.Helper()
	m := recv(t, s)
	if m.Kind != Subscribe || m.Topic != topic {
		t.Fatalf("received %+v, want a subscription to %q", m, topic)
	}
	return m
}

// A raw is a connection to a socket whose bytes the test chooses.
type raw struct {
	net.Conn
	t testing.TB
}

// rawTCP connects and says nothing.
func rawTCP(t testing.TB, endpoint string) raw {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(endpoint, "tcp://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(patience))
	return raw{c, t}
}

// rawZMTP connects and does the handshake.
func rawZMTP(t testing.TB, endpoint string, typ Type) raw {
	t.Helper()
	r := rawTCP(t, endpoint)
	if _, err := zmq4.Open(r, null.Security(), zmq4.SocketType(typ), nil, false, nil); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r raw) write(bytes string) {
	r.t.Helper()
	if _, err := io.WriteString(r, bytes); err != nil {
		r.t.Fatal(err)
	}
}

// wantClosed fails the test unless the other end closes the connection.
func (r raw) wantClosed() {
	r.t.Helper()
	_, err := io.Copy(io.Discard, r)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		r.t.Error("the connection stays open")
	}
}

// eventually waits until ok, for what has no event to wait on.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}
