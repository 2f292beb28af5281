package kernel

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
)

// ErrInsecureFile is wrapped by ReadConnectionFile's error when others than the
// owner may read or write the file: who can read the key can run code.
var ErrInsecureFile = errors.New("others may read or write it")

// ConnectionInfo says where a kernel's five sockets are and what signs its
// messages. It is the content of a connection file.
type ConnectionInfo struct {
	Transport       string `json:"transport"` // "tcp" or "ipc"
	IP              string `json:"ip"`        // address, or for ipc the path before "-1" … "-5"
	ShellPort       int    `json:"shell_port"`
	IOPubPort       int    `json:"iopub_port"`
	StdinPort       int    `json:"stdin_port"`
	ControlPort     int    `json:"control_port"`
	HBPort          int    `json:"hb_port"`
	Key             string `json:"key"` // "": messages are not signed
	SignatureScheme string `json:"signature_scheme"`
	KernelName      string `json:"kernel_name,omitempty"`
}

// ReadConnectionFile reads and checks a connection file. If the error wraps
// ErrInsecureFile the returned ConnectionInfo is complete all the same, and the
// caller may decide to go on, as Jupyter does where JUPYTER_ALLOW_INSECURE_WRITES
// is set (file systems without modes).
func ReadConnectionFile(path string) (ConnectionInfo, error) {
	var c ConnectionInfo
	text, err := os.ReadFile(path)
	if err != nil {
		return c, fmt.Errorf("read connection file: %w", err)
	}
	if err := json.Unmarshal(text, &c); err != nil {
		return c, fmt.Errorf("connection file %s: %w", path, err)
	}
	if err := c.check(false); err != nil {
		return c, fmt.Errorf("connection file %s: %w", path, err)
	}
	if err := checkMode(path); err != nil {
		return c, fmt.Errorf("connection file %s: %w", path, err)
	}
	return c, nil
}

// WriteConnectionFile writes c to a new file that only its owner can read.
func WriteConnectionFile(path string, c ConnectionInfo) error {
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return fmt.Errorf("encode connection file: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("write connection file: %w", err)
	}
	_, err = f.Write(append(text, '\n'))
	return errors.Join(err, f.Close())
}

// NewTCP returns where a kernel is to listen: this machine's loopback, ports that
// the kernel picks (see Kernel.Connection), and a new key.
func NewTCP() ConnectionInfo {
	return ConnectionInfo{Transport: "tcp", IP: "127.0.0.1", Key: newKey(), SignatureScheme: "hmac-sha256"}
}

// NewIPC returns where a kernel is to listen: Unix-domain sockets in dir, which
// must exist and be the owner's alone, and a new key. Paths of sockets are short
// (104 bytes on some systems), so dir must be.
func NewIPC(dir string) ConnectionInfo {
	return ConnectionInfo{
		Transport: "ipc", IP: filepath.Join(dir, "k"),
		ShellPort: 1, IOPubPort: 2, StdinPort: 3, ControlPort: 4, HBPort: 5,
		Key: newKey(), SignatureScheme: "hmac-sha256",
	}
}

func newKey() string { return rand.Text() }

// Endpoint returns the address of one of the five sockets, given its port.
func (c ConnectionInfo) Endpoint(port int) string {
	if c.Transport == "ipc" {
		return "ipc://" + c.IP + "-" + strconv.Itoa(port)
	}
	return "tcp://" + net.JoinHostPort(c.IP, strconv.Itoa(port))
}

// Codec returns the codec for the messages of this connection.
func (c ConnectionInfo) Codec() Codec { return Codec{Key: []byte(c.Key)} }

// check reports what is wrong. Ports may be 0 only where the kernel picks them.
func (c ConnectionInfo) check(pick bool) error {
	if c.Transport != "tcp" && c.Transport != "ipc" {
		return fmt.Errorf("transport is %q, want tcp or ipc", c.Transport)
	}
	if c.IP == "" {
		return errors.New("ip is empty")
	}
	if c.Key != "" && c.SignatureScheme != "hmac-sha256" {
		return fmt.Errorf("signature_scheme is %q, want hmac-sha256", c.SignatureScheme)
	}
	return c.checkPorts(pick && c.Transport == "tcp")
}

func (c ConnectionInfo) checkPorts(pick bool) error {
	owner := map[int]string{}
	for _, p := range []struct {
		name string
		port int
	}{
		{"shell_port", c.ShellPort}, {"iopub_port", c.IOPubPort}, {"stdin_port", c.StdinPort},
		{"control_port", c.ControlPort}, {"hb_port", c.HBPort},
	} {
		if p.port == 0 && pick {
			continue
		}
		if p.port < 1 || p.port > 65535 {
			return fmt.Errorf("%s is %d, want 1 to 65535", p.name, p.port)
		}
		if other, taken := owner[p.port]; taken {
			return fmt.Errorf("%s and %s are both %d", other, p.name, p.port)
		}
		owner[p.port] = p.name
	}
	return nil
}

func checkMode(path string) error {
	if runtime.GOOS == "windows" {
		return nil // access is a matter of ACLs there; the mode says nothing
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return fmt.Errorf("%w (mode %04o, want 0600)", ErrInsecureFile, mode)
	}
	return nil
}
