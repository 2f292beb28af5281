//go:build unix

package kernel_test

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/parago/parago/kernel"
	"github.com/parago/parago/kernel/client"
	"github.com/parago/parago/kernel/kerneltest"
)

// connectionVar makes the test binary a kernel on the connection file that it names.
const connectionVar = "KERNEL_TEST_CONNECTION"

func TestMain(m *testing.M) {
	path := os.Getenv(connectionVar)
	if path == "" {
		os.Exit(m.Run())
	}
	info, err := kernel.ReadConnectionFile(path)
	if err != nil {
		panic(err)
	}
	k, err := kernel.New(info, kernel.Options{NewEvaluator: newFake})
	if err != nil {
		panic(err)
	}
	k.Serve(context.Background())
}

// A kernel that is killed takes along what its shell commands have started.
func TestKilledKernelLeavesNoCommands(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(context.Background(), kerneltest.Limit)
	defer cancel()
	dir := shortDir(t)
	process, c := startKernelProcess(t, ctx, dir)
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	code := "!exec 3>" + pipe + "; (sleep 60; sleep 60) & sleep 60 | sleep 60 & echo begun >&3; wait"
	if _, err := c.Send(ctx, client.Shell, "execute_request", kernel.ExecuteRequest{Code: code}, nil); err != nil {
		t.Fatal(err)
	}
	begun, ended := make(chan string), make(chan error)
	go func() {
		f, _ := os.Open(pipe) // waits for the command
		defer f.Close()
		r := bufio.NewReader(f)
		line, _ := r.ReadString('\n')
		begun <- line
		_, err := io.Copy(io.Discard, r) // until all that have the pipe are gone
		ended <- err
	}()
	select {
	case <-begun:
	case <-ctx.Done():
		t.Fatal("the command has not begun")
	}
	process.Process.Kill()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("processes of the command are left")
	}
}

// startKernelProcess starts a kernel as a process of its own, and a client of it.
func startKernelProcess(t *testing.T, ctx context.Context, dir string) (*exec.Cmd, *client.Client) {
	t.Helper()
	info, path := kernel.NewIPC(dir), filepath.Join(dir, "connection.json")
	if err := kernel.WriteConnectionFile(path, info); err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), connectionVar+"="+path)
	cmd.Stderr = t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	c, err := client.Dial(ctx, info, client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return cmd, c
}

// shortDir is a directory whose name is short enough for sockets.
func shortDir(t *testing.T) string {
	dir, err := os.MkdirTemp("", "k")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}
