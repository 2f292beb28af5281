//go:build unix

package zmtp

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestEndpoints(t *testing.T) {
	t.Parallel()
	cases := []struct {
		endpoint string
		address  address
		err      string
	}{
		{"tcp://127.0.0.1:5555", address{"tcp", "127.0.0.1:5555"}, ""},
		{"tcp://*:5555", address{"tcp", ":5555"}, ""},
		{"tcp://[::1]:0", address{"tcp", "[::1]:0"}, ""},
		{"ipc:///tmp/kernel-1", address{"unix", "/tmp/kernel-1"}, ""},
		{"ipc://@kernel", address{"unix", "@kernel"}, ""},
		{"127.0.0.1:5555", address{}, "not an endpoint"},
		{"tcp://", address{}, "not an endpoint"},
		{"tcp://127.0.0.1", address{}, "missing port"},
		{"inproc://x", address{}, `transport "inproc" is not supported`},
	}
	for _, c := range cases {
		a, err := parseEndpoint(c.endpoint)
		if a != c.address || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: got %v, %v; want %v, %q", c.endpoint, a, err, c.address, c.err)
		}
	}
}

func TestListenRefuses(t *testing.T) {
	t.Parallel()
	taken := listen(t, Router, Options{})
	file := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(file, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		does     string
		typ      Type
		endpoint string
		want     string
	}{
		{"a type that connects", Dealer, "tcp://127.0.0.1:0", "not a type that binds"},
		{"a port in use", Router, taken.Addr(), "address already in use"},
		{"a file that is no socket", Router, "ipc://" + file, "is not a socket"},
		{"a folder that is not there", Router, "ipc://" + file + ".d/socket", "no such file"},
	} {
		t.Run(c.does, func(t *testing.T) {
			_, err := Listen(c.typ, c.endpoint, Options{})
			if e := new(Error); !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an Error with %q", err, c.want)
			}
		})
	}
	if b, _ := os.ReadFile(file); string(b) != "mine" {
		t.Error("the file was touched")
	}
}

func TestIPC(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "s")
	s := listenAt(t, Router, "ipc://"+file, Options{})
	info, err := os.Stat(file)
	if err != nil || info.Mode() != fs.ModeSocket|0o600 {
		t.Errorf("mode %v, %v; want it for the owner only", info.Mode(), err)
	}
	serves(t, s)
	if _, err := Listen(Router, "ipc://"+file, Options{}); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("listen where another does: %v", err)
	}
	serves(t, s) // and it was not unlinked
	if err := s.Close(time.Second); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after close the file is there: %v", err)
	}
}

func TestStaleIPCFileIsReplaced(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "s")
	dead, err := net.ListenUnix("unix", &net.UnixAddr{Name: file, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	dead.SetUnlinkOnClose(false) // as if its process had been killed
	dead.Close()
	serves(t, listenAt(t, Router, "ipc://"+file, Options{}))
}
