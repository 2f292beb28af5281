package zmtp

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"
)

// An address is an endpoint taken apart: what package net needs to know.
type address struct {
	network string // "tcp" or "unix"
	addr    string // "127.0.0.1:0", or a path, or "@name"
}

// parseEndpoint understands tcp://host:port, tcp://*:port and ipc://path.
func parseEndpoint(endpoint string) (address, error) {
	scheme, rest, ok := strings.Cut(endpoint, "://")
	switch {
	case !ok || rest == "":
		return address{}, errors.New("not an endpoint: want tcp://host:port or ipc://path")
	case scheme == "ipc":
		return address{"unix", rest}, nil
	case scheme == "tcp":
		rest = strings.TrimPrefix(rest, "*")
		if _, _, err := net.SplitHostPort(rest); err != nil {
			return address{}, err
		}
		return address{"tcp", rest}, nil
	}
	return address{}, fmt.Errorf("transport %q is not supported: want tcp or ipc", scheme)
}

// String returns the endpoint in ZeroMQ's spelling.
func (a address) String() string {
	if a.network == "unix" {
		return "ipc://" + a.addr
	}
	return "tcp://" + a.addr
}

// file is the socket file's path; empty if the endpoint has none.
func (a address) file() string {
	if a.network != "unix" || strings.HasPrefix(a.addr, "@") {
		return ""
	}
	return a.addr
}

// listen binds the address. A socket file that a dead process left behind is
// replaced; one that someone listens on, and anything else of that name, is
// refused. The file is its owner's alone and goes when the listener closes.
func (a address) listen() (net.Listener, address, error) {
	file := a.file()
	if file != "" {
		if err := removeStale(file); err != nil {
			return nil, a, err
		}
	}
	l, err := (&net.ListenConfig{Control: ownerOnly}).Listen(context.Background(), a.network, a.addr)
	if err != nil {
		return nil, a, err
	}
	if file != "" {
		if err := os.Chmod(file, 0o600); err != nil {
			l.Close()
			return nil, a, err
		}
	}
	if a.network == "tcp" {
		a.addr = l.Addr().String()
	}
	return l, a, nil
}

// removeStale makes way for a bind to file if its last owner is gone.
func removeStale(file string) error {
	info, err := os.Lstat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode().Type() != fs.ModeSocket {
		return fmt.Errorf("%s exists and is not a socket", file)
	}
	c, err := net.Dial("unix", file)
	if err == nil {
		c.Close()
		return fmt.Errorf("%s is in use: %w", file, syscall.EADDRINUSE)
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return err
	}
	return os.Remove(file)
}
