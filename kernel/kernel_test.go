package kernel_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parago/parago/interp"
	"github.com/parago/parago/kernel"
	"github.com/parago/parago/kernel/client"
	"github.com/parago/parago/kernel/kerneltest"
)

// A session that cannot be started fails cells, with the cause, until it can.
func TestSessionThatStartsLate(t *testing.T) {
	t.Parallel()
	var broken atomic.Bool
	broken.Store(true)
	s := kerneltest.Start(t, func(out interp.Sink) (kernel.Evaluator, error) {
		if broken.Load() {
			return nil, errors.New("no interpreter process: exec: not found")
		}
		return newFake(out)
	}, kernel.Options{})
	if x := s.Execute("value 1"); x.Reply.Status != "error" || !strings.Contains(x.Reply.EValue, "exec: not found") {
		t.Errorf("got %+v", x.Reply)
	}
	broken.Store(false)
	if x := s.Execute("value 2"); x.Result() != "2" || x.Reply.ExecutionCount != 2 {
		t.Errorf("got %q, %+v", x.Result(), x.Reply)
	}
}

// While a session is being started, which may take long, the kernel is there, and a
// cell that waits for the session can be interrupted.
func TestSessionThatStartsSlowly(t *testing.T) {
	t.Parallel()
	started := make(chan struct{})
	s := kerneltest.Start(t, func(out interp.Sink) (kernel.Evaluator, error) {
		<-started
		return newFake(out)
	}, kernel.Options{})
	if _, err := s.Client.Request(s.Ctx, client.Shell, "kernel_info_request", struct{}{}, nil); err != nil {
		t.Fatal(err)
	}
	call, err := s.Client.Send(s.Ctx, client.Shell, "execute_request", kernel.ExecuteRequest{Code: "value 1"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.Await("execute_input", func(m kerneltest.Received) bool { return m.Header.MsgType == "execute_input" })
	if err := s.Client.Interrupt(s.Ctx); err != nil {
		t.Fatal(err)
	}
	reply, err := call.Reply(s.Ctx)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(reply.Content); !strings.Contains(got, `"ename":"Interrupted"`) {
		t.Errorf("got %s", got)
	}
	close(started)
	if x := s.Execute("value 2"); x.Result() != "2" {
		t.Errorf("got %+v", x.Reply)
	}
}

// Nothing of a kernel is left when Serve has returned: no goroutine, no socket file.
// (Not parallel: it counts this process's goroutines.)
func TestServeLeavesNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	dir, err := os.MkdirTemp("", "k")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	k, err := kernel.New(kernel.NewIPC(dir), kernel.Options{NewEvaluator: newFake})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	served := make(chan error, 1)
	go func() { served <- k.Serve(ctx) }()
	c, err := client.Dial(ctx, k.Connection(), client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Execute(ctx, kernel.ExecuteRequest{Code: "!echo x\nprint x", StoreHistory: true}, nil); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-served; err != nil {
		t.Error(err)
	}
	c.Close()
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left in the directory: %v, %v", left, err)
	}
	for deadline := time.Now().Add(kerneltest.Limit); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, before %d:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

func TestTwoClientsHearEachOther(t *testing.T) {
	t.Parallel()
	s := kerneltest.Start(t, newFake, kernel.Options{})
	heard := make(chan string, 10)
	other := s.Connect(client.Options{IOPub: func(m *kernel.Message) {
		var in kernel.ExecuteInput
		if m.Header.MsgType == "execute_input" && m.Decode(&in) == nil {
			heard <- in.Code + " by " + m.Parent.Session
		}
	}})
	defer other.Close()
	s.Execute("print x")
	select {
	case got := <-heard:
		if want := "print x by " + s.Client.Session(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	case <-s.Ctx.Done():
		t.Error("the other client heard nothing")
	}
}

// The client that runs a cell is asked, no other; an answer from another, or to an
// earlier question, is not taken.
func TestInputComesFromTheClientThatAsked(t *testing.T) {
	t.Parallel()
	s := kerneltest.Start(t, newFake, kernel.Options{})
	other := s.Connect(client.Options{Input: func(context.Context, string, bool) (string, error) {
		t.Error("the other client was asked")
		return "wrong", nil
	}})
	defer other.Close()
	go s.Answer("right")
	x := s.Run(kernel.ExecuteRequest{Code: "input who?", AllowStdin: true})
	if x.Stdout() != "got right\n" {
		t.Errorf("got %q", x.Stdout())
	}
}

// What is on the wire need not be ZeroMQ.
func TestGarbageOnEveryPort(t *testing.T) {
	t.Parallel()
	s := kerneltest.StartOn(t, kernel.NewTCP(), newFake, kernel.Options{})
	c := s.Kernel.Connection()
	for _, port := range []int{c.ShellPort, c.IOPubPort, c.StdinPort, c.ControlPort, c.HBPort} {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(conn, "GET / HTTP/1.1\r\n\r\n", strings.Repeat("\xff", 1000))
		defer conn.Close()
	}
	if x := s.Execute("value 1"); x.Result() != "1" {
		t.Errorf("got %+v", x.Reply)
	}
	if err := s.Client.Ping(s.Ctx); err != nil {
		t.Error(err)
	}
}

// All that a cell wrote reaches a client before the kernel is gone.
func TestShutdownLosesNothing(t *testing.T) {
	t.Parallel()
	const lines = 5000
	s := kerneltest.Start(t, flooding(func(origin string, out interp.Sink) {
		for i := range lines {
			out.Write(origin, interp.Stdout, fmt.Appendf(nil, "%d\n", i))
		}
	}), kernel.Options{})
	if _, err := s.Client.Send(s.Ctx, client.Shell, "execute_request", kernel.ExecuteRequest{Code: "x"}, nil); err != nil {
		t.Fatal(err)
	}
	s.Await("stream", func(m kerneltest.Received) bool { return m.Header.MsgType == "stream" })
	if err := s.Shutdown(); err != nil {
		t.Fatal(err)
	}
	<-s.Client.Gone()
	n := 0
	for _, m := range s.Messages() {
		var c kernel.StreamContent
		if m.Header.MsgType == "stream" && m.Decode(&c) == nil {
			n += strings.Count(c.Text, "\n")
		}
	}
	if n != lines {
		t.Errorf("%d lines, want %d", n, lines)
	}
	var last string
	for _, m := range s.Messages() {
		if m.Channel == "iopub" {
			last = m.Header.MsgType
		}
	}
	if last != "shutdown_reply" {
		t.Errorf("the last message of iopub is %s, want shutdown_reply", last)
	}
}

// A client that waits for a kernel that is gone gets ErrGone.
func TestClientOfAKernelThatIsGone(t *testing.T) {
	t.Parallel()
	s := kerneltest.Start(t, newFake, kernel.Options{})
	other := s.Connect(client.Options{})
	defer other.Close()
	call, err := other.Send(s.Ctx, client.Shell, "no_such_request", struct{}{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := call.Idle(s.Ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.Shutdown(); err != nil {
		t.Fatal(err)
	}
	if _, err := call.Reply(s.Ctx); !errors.Is(err, client.ErrGone) {
		t.Errorf("got %v, want ErrGone", err)
	}
}

// A session that does not close is reported, and does not keep the kernel.
func TestSessionThatDoesNotClose(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	defer close(release)
	k, err := kernel.New(kernel.NewTCP(), kernel.Options{CloseGrace: 100 * time.Millisecond,
		NewEvaluator: func(out interp.Sink) (kernel.Evaluator, error) {
			return stuck{&fake{out: out}, release}, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- k.Serve(ctx) }()
	c, err := client.Dial(ctx, k.Connection(), client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Execute(ctx, kernel.ExecuteRequest{Code: "print x"}, nil); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-served; err == nil || !strings.Contains(err.Error(), "has not closed") {
		t.Errorf("got %v", err)
	}
}

type stuck struct {
	*fake
	release chan struct{}
}

func (s stuck) Close() error { <-s.release; return nil }

func (s stuck) Eval(ctx context.Context, c interp.Cell) (*interp.Result, error) {
	return &interp.Result{}, nil
}

func TestFileAndPlaceMagics(t *testing.T) {
	t.Parallel()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var evaluator *fake
	s := kerneltest.Start(t, func(out interp.Sink) (kernel.Evaluator, error) {
		e, err := newFake(out)
		evaluator = e.(*fake)
		return e, err
	}, kernel.Options{Dir: dir, Magics: []kernel.Magic{{
		Name: "%shout", Run: func(_ context.Context, c *kernel.MagicCall) error {
			_, err := fmt.Fprintln(c.Stdout, strings.ToUpper(c.Args))
			return err
		},
	}}})
	for _, c := range []struct{ code, stdout, evalue string }{
		{"%whos", "There are no variables.\n", ""},
		{"%pwd", dir + "\n", ""},
		{"%%writefile a.txt\none\ntwo", "Writing a.txt\n", ""},
		{"%%writefile a.txt\none\n", "Overwriting a.txt\n", ""},
		{"%%writefile -a a.txt\ntwo\n", "Appending to a.txt\n", ""},
		{"!cat a.txt", "one\ntwo\n", ""},
		{"%%writefile", "", "want %%writefile [-a] FILE"},
		{"%%writefile no/such/a\nx", "", "open " + dir + "/no/such/a: no such file or directory"},
		{"!mkdir 'a b'\n%cd 'a b'\n!pwd", dir + "/a b\n" + dir + "/a b\n", ""},
		{"%whos", "Variable  Type            Cell\nx0        map[string]int  In[1]\n", ""},
		{"%cd -", dir + "\n", ""},
		{"%cd nowhere", "", "stat " + dir + "/nowhere: no such file or directory"},
		{"%cd a.txt", "", dir + "/a.txt is not a directory"},
		{"%env PARAGO_X=1 2", "env: PARAGO_X=1 2\n", ""},
		{"%env PARAGO_X", "1 2\n", ""},
		{"!echo $PARAGO_X", "1 2\n", ""},
		{"%env PARAGO_NONE", "", "the environment has no PARAGO_NONE"},
		{"%%sh\necho \"$PARAGO_X\"", "1 2\n", ""},
		{"%%sh\nexit 7", "", `command "sh" ended with exit status 7`},
		{"!kill -9 $$", "", `command "kill -9 $$" ended with signal: killed`},
		{"!", "", "! wants a command"},
		{"%shout hello", "HELLO\n", ""},
		{"%cd " + dir + "\ndie", dir + "\n", "exit status 3"},
		{"print back", "back\n", ""},
	} {
		x := s.Execute(c.code)
		evalue := ""
		if x.Reply.ErrorContent != nil {
			evalue = x.Reply.EValue
		}
		if evalue != c.evalue || (c.evalue == "" && x.Stdout() != c.stdout) {
			t.Errorf("%q: got %q, error %q\nwant %q, error %q", c.code, x.Stdout(), evalue, c.stdout, c.evalue)
		}
	}
	if data, err := os.ReadFile(filepath.Join(dir, "a.txt")); string(data) != "one\ntwo\n" {
		t.Errorf("a.txt is %q, %v", data, err)
	}
	want := []string{
		"chdir " + dir + "/a b", "chdir " + dir, "setenv PARAGO_X 1 2", "chdir " + dir, // and no more after the session died
	}
	if got := strings.Join(evaluator.script, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("the session was told\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}
