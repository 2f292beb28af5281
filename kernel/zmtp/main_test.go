//go:build unix

package zmtp

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// childVar makes the test binary a child: a process with one socket, which a
// test may starve, count and kill without harm to other tests.
const childVar = "ZMTP_TEST_CHILD"

func TestMain(m *testing.M) {
	var role string
	var limit uint64
	if _, err := fmt.Sscan(os.Getenv(childVar), &role, &limit); err != nil {
		os.Exit(m.Run())
	}
	if err := child(role, limit); err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
}

// A role is what a child does with its socket.
type role struct {
	typ   Type
	serve func(*Socket)
}

func roles() map[string]role {
	return map[string]role{
		"echo":  {Router, childEcho},
		"flow":  {XPub, childFlow},
		"burst": {XPub, childBurst},
	}
}

// startChild starts a child, whose first line is its socket's endpoint. The
// limit bounds its descriptors; 0 leaves them.
func startChild(t testing.TB, role string, limit int) *program {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d", childVar, role, limit))
	return start(t, cmd)
}

// child is the child's main: it listens, plays its role, and answers the
// lines of its input.
func child(name string, limit uint64) error {
	if limit > 0 {
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
			return err
		}
	}
	r := roles()[name]
	s, err := Listen(r.typ, "tcp://127.0.0.1:0", Options{
		MaxConns:       10_000,
		HandshakeLimit: patience,
		Logger:         slog.New(slog.NewTextHandler(os.Stdout, nil)),
	})
	if err != nil {
		return err
	}
	fmt.Println(s.Addr())
	go r.serve(s)
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		childCommand(in.Text())
	}
	return nil
}

func childCommand(command string) {
	switch command {
	case "cpu":
		var u syscall.Rusage
		syscall.Getrusage(syscall.RUSAGE_SELF, &u)
		fmt.Println("cpu", time.Duration(u.Utime.Nano()+u.Stime.Nano()).Milliseconds())
	case "stats":
		files, _ := filepath.Glob("/dev/fd/*")
		fmt.Println(runtime.NumGoroutine(), "goroutines", len(files), "files")
	}
}

// childEcho answers every request.
func childEcho(s *Socket) {
	for {
		m, err := s.Recv(context.Background())
		if err != nil {
			return
		}
		s.SendTo(m.From, m.Frames...)
	}
}

// childFlow publishes all the time that someone is subscribed.
func childFlow(s *Socket) {
	none, cancel := context.WithCancel(context.Background())
	cancel()
	for subscribers := 0; ; {
		ctx := context.Background()
		if subscribers > 0 {
			ctx = none
		}
		m, err := s.Recv(ctx)
		switch {
		case err != nil:
			s.Send([]byte("stream"), make([]byte, 1000))
		case m.Kind == Subscribe:
			subscribers++
		case m.Kind == Unsubscribe:
			subscribers--
		}
	}
}

// childBurst publishes its last words to the first subscriber, and exits.
func childBurst(s *Socket) {
	s.Recv(context.Background())
	for i := range 20_000 {
		s.Send([]byte("stream"), fmt.Append(nil, i), make([]byte, 1000))
	}
	fmt.Println("closed", s.Close(patience))
	os.Exit(0)
}
