package kerneltest

import (
	"context"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parago/parago/interp"
	"github.com/parago/parago/kernel"
	"github.com/parago/parago/kernel/client"
)

// Limit is how long any wait of a test may take before the test has failed.
const Limit = 30 * time.Second

// NewEvaluator is what kernel.Options wants.
type NewEvaluator func(interp.Sink) (kernel.Evaluator, error)

// A Server is a kernel in this process, and a client of it.
type Server struct {
	Kernel *kernel.Kernel
	Client *client.Client
	Ctx    context.Context // ends when the test has taken too long

	t     testing.TB
	ended chan error // what Serve returned

	mu       sync.Mutex
	changed  chan struct{} // closed and replaced when messages grows
	messages []Received
	inputs   chan string
}

// A Received is a message and where it came from: "shell", "control", "stdin" or
// "iopub".
type Received struct {
	Channel string
	*kernel.Message
}

// Start starts a kernel on Unix-domain sockets (on Windows: TCP) and connects a
// client to it. Every message that the client gets is checked with Check. Both end
// with the test.
func Start(t testing.TB, e NewEvaluator, o kernel.Options) *Server {
	t.Helper()
	if runtime.GOOS == "windows" {
		return StartOn(t, kernel.NewTCP(), e, o)
	}
	dir, err := os.MkdirTemp("", "k") // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return StartOn(t, kernel.NewIPC(dir), e, o)
}

// StartOn is Start on a connection of the caller's choice.
func StartOn(t testing.TB, info kernel.ConnectionInfo, e NewEvaluator, o kernel.Options) *Server {
	t.Helper()
	o.NewEvaluator = e
	if o.Logger == nil {
		o.Logger = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	ctx, cancel := context.WithTimeout(context.Background(), Limit)
	k, err := kernel.New(info, o)
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Kernel: k, Ctx: ctx, t: t, ended: make(chan error, 1), changed: make(chan struct{}), inputs: make(chan string)}
	go func() { s.ended <- k.Serve(ctx) }()
	s.Client = s.Connect(client.Options{IOPub: s.record("iopub"), Direct: s.recordDirect, Input: s.input})
	t.Cleanup(func() {
		if err := s.Shutdown(); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		s.Client.Close()
		cancel()
	})
	return s
}

// Connect connects one more client, whose messages are not recorded.
func (s *Server) Connect(o client.Options) *client.Client {
	s.t.Helper()
	c, err := client.Dial(s.Ctx, s.Kernel.Connection(), o)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// Shutdown shuts the kernel down and returns what Serve returned. A further call
// returns nil.
func (s *Server) Shutdown() error {
	select {
	case err, first := <-s.ended:
		if first {
			close(s.ended)
		}
		return err
	default:
	}
	if err := s.Client.Shutdown(s.Ctx); err != nil && s.Ctx.Err() != nil {
		return err
	}
	err := <-s.ended
	close(s.ended)
	return err
}

// Ended waits until the kernel has ended by itself, and returns what Serve returned.
func (s *Server) Ended() error {
	select {
	case err, first := <-s.ended:
		if first {
			close(s.ended)
		}
		return err
	case <-s.Ctx.Done():
		return context.Cause(s.Ctx)
	}
}

func (s *Server) record(channel string) func(*kernel.Message) {
	return func(m *kernel.Message) {
		if err := Check(m); err != nil {
			s.t.Errorf("%s: %v", channel, err)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.messages = append(s.messages, Received{channel, m})
		close(s.changed)
		s.changed = make(chan struct{})
	}
}

func (s *Server) recordDirect(from client.Channel, m *kernel.Message) { s.record(string(from))(m) }

// input answers input_request with what Answer is given.
func (s *Server) input(ctx context.Context, prompt string, password bool) (string, error) {
	select {
	case line := <-s.inputs:
		return line, nil
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// Answer waits until the kernel asks for input and answers.
func (s *Server) Answer(line string) {
	s.t.Helper()
	select {
	case s.inputs <- line:
	case <-s.Ctx.Done():
		s.t.Fatalf("the kernel has not asked for input")
	}
}

// Messages returns what the client got so far.
func (s *Server) Messages() []Received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.messages[:len(s.messages):len(s.messages)]
}

// Await waits until a message satisfies match, and returns it.
func (s *Server) Await(what string, match func(Received) bool) Received {
	s.t.Helper()
	for seen := 0; ; {
		s.mu.Lock()
		messages, changed := s.messages, s.changed
		s.mu.Unlock()
		for ; seen < len(messages); seen++ {
			if match(messages[seen]) {
				return messages[seen]
			}
		}
		select {
		case <-changed:
		case <-s.Ctx.Done():
			s.t.Fatalf("no %s came; the messages were:\n%s", what, s.Transcript())
		}
	}
}

// An Execution is what came of a cell.
type Execution struct {
	Reply    *kernel.ExecuteReply
	Messages []*kernel.Message // of iopub, from busy to idle
}

// Execute runs a cell and waits for its end.
func (s *Server) Execute(code string) Execution {
	s.t.Helper()
	return s.Run(kernel.ExecuteRequest{Code: code, StoreHistory: true, StopOnError: true})
}

// Run runs an execute_request and waits for its end.
func (s *Server) Run(r kernel.ExecuteRequest) Execution {
	s.t.Helper()
	var x Execution
	reply, err := s.Client.Execute(s.Ctx, r, func(m *kernel.Message) { x.Messages = append(x.Messages, m) })
	if err != nil {
		s.t.Fatalf("execute %q: %v", r.Code, err)
	}
	x.Reply = reply
	return x
}

// Stdout is all that the cell wrote to stdout before its end.
func (x Execution) Stdout() string { return x.stream("stdout") }

// Stderr is all that the cell wrote to stderr before its end.
func (x Execution) Stderr() string { return x.stream("stderr") }

func (x Execution) stream(name string) string {
	var b strings.Builder
	for _, m := range x.Messages {
		var c kernel.StreamContent
		if m.Header.MsgType == "stream" && m.Decode(&c) == nil && c.Name == name {
			b.WriteString(c.Text)
		}
	}
	return b.String()
}

// Result is the text/plain of the cell's value, "" if it has none.
func (x Execution) Result() string {
	for _, m := range x.Messages {
		var c kernel.ExecuteResult
		if m.Header.MsgType == "execute_result" && m.Decode(&c) == nil {
			s, _ := c.Data["text/plain"].(string)
			return s
		}
	}
	return ""
}
