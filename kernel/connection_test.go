package kernel_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/parago/parago/kernel"
	"github.com/parago/parago/kernel/kerneltest"
)

const connectionFile = `{
	"transport": "tcp", "ip": "127.0.0.1", "key": "k", "signature_scheme": "hmac-sha256", "kernel_name": "parago",
	"shell_port": 1001, "iopub_port": 1002, "stdin_port": 1003, "control_port": 1004, "hb_port": 1005
}`

func TestReadConnectionFile(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		old, new string // changed in connectionFile
		want     string // part of the error; "" for none
	}{
		"a good one":             {"", "", ""},
		"ipc":                    {`"tcp"`, `"ipc"`, ""},
		"unsigned":               {`"key": "k", "signature_scheme": "hmac-sha256"`, `"key": "", "signature_scheme": ""`, ""},
		"not JSON":               {`"tcp",`, `"tcp"`, "invalid character"},
		"another transport":      {`"tcp"`, `"udp"`, `transport is "udp", want tcp or ipc`},
		"no address":             {`"127.0.0.1"`, `""`, "ip is empty"},
		"another scheme":         {"hmac-sha256", "hmac-md5", `signature_scheme is "hmac-md5", want hmac-sha256`},
		"a port that is missing": {`"stdin_port": 1003,`, "", "stdin_port is 0, want 1 to 65535"},
		"a port out of range":    {"1003", "70000", "stdin_port is 70000"},
		"a port that is text":    {"1003", `"1003"`, "cannot unmarshal string"},
		"one port twice":         {"1003", "1001", "shell_port and stdin_port are both 1001"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "kernel.json")
			if err := os.WriteFile(path, []byte(strings.Replace(connectionFile, c.old, c.new, 1)), 0o600); err != nil {
				t.Fatal(err)
			}
			info, err := kernel.ReadConnectionFile(path)
			if c.want == "" {
				if err != nil || info.ShellPort != 1001 {
					t.Errorf("got %+v, %v", info, err)
				}
			} else if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("got %v, want %s and the path", err, c.want)
			}
		})
	}
}

func TestReadConnectionFileThatOthersMayRead(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes")
	}
	path := filepath.Join(t.TempDir(), "kernel.json")
	if err := os.WriteFile(path, []byte(connectionFile), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	info, err := kernel.ReadConnectionFile(path)
	if !errors.Is(err, kernel.ErrInsecureFile) || info.Key != "k" {
		t.Errorf("got %+v, %v", info, err)
	}
}

func TestReadConnectionFileThatIsNotThere(t *testing.T) {
	t.Parallel()
	if _, err := kernel.ReadConnectionFile(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestWriteConnectionFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "kernel.json")
	want := kernel.NewIPC(dir)
	if err := kernel.WriteConnectionFile(path, want); err != nil {
		t.Fatal(err)
	}
	if got, err := kernel.ReadConnectionFile(path); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	if err := kernel.WriteConnectionFile(path, want); !errors.Is(err, os.ErrExist) {
		t.Errorf("written twice: %v", err)
	}
}

func TestKernelOnTCPPicksPorts(t *testing.T) {
	t.Parallel()
	s := kerneltest.StartOn(t, kernel.NewTCP(), newFake, kernel.Options{})
	if x := s.Execute("value 42"); x.Result() != "42" {
		t.Errorf("got %q", x.Result())
	}
	c := s.Kernel.Connection()
	if c.ShellPort == 0 || c.IOPubPort == 0 || c.StdinPort == 0 || c.ControlPort == 0 || c.HBPort == 0 {
		t.Errorf("got %+v", c)
	}
}

func TestNewRefusesAPortInUse(t *testing.T) {
	t.Parallel()
	s := kerneltest.StartOn(t, kernel.NewTCP(), newFake, kernel.Options{})
	if _, err := kernel.New(s.Kernel.Connection(), kernel.Options{NewEvaluator: newFake}); err == nil {
		t.Error("two kernels on the same ports")
	}
}
