//go:build unix

package spawn

import (
	"context"
	"net"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

const (
	killSignal = syscall.SIGKILL
	termSignal = syscall.SIGTERM
)

// Supported returns an error that names the system if Start does not work here.
func Supported() error { return nil }

// start makes the connection and the pipes, then lets launch run the command.
func start(c Command) (*Child, error) {
	near, far, err := socketPair()
	if err != nil {
		return nil, os.NewSyscallError("socketpair", err)
	}
	defer syscall.Close(far)
	control, err := unixConn(near)
	if err != nil {
		return nil, err
	}
	child := &Child{control: control, done: make(chan struct{})}
	var ends [2]int
	for i := range child.streams {
		r, w, err := outputPipe()
		if err != nil {
			child.closeFiles()
			return nil, os.NewSyscallError("pipe", err)
		}
		defer syscall.Close(w)
		ends[i] = w
		child.streams[i] = newStream(r, i == 1, c.Output)
	}
	if err := child.launch(c, far, ends); err != nil {
		child.closeFiles()
		return nil, err
	}
	return child, nil
}

func (c *Child) closeFiles() {
	c.control.Close()
	for _, s := range c.streams {
		if s != nil {
			s.close()
		}
	}
}

// launch runs the command and leaves its thread waiting for the end of it.
func (c *Child) launch(cmd Command, control int, out [2]int) error {
	stdin := cmd.Stdin
	if stdin == nil {
		null, err := os.Open(os.DevNull)
		if err != nil {
			return err
		}
		defer null.Close()
		stdin = null
	}
	files := []uintptr{stdin.Fd(), uintptr(out[0]), uintptr(out[1]), uintptr(control)}
	for _, f := range cmd.Files {
		files = append(files, f.Fd())
	}
	attr := &syscall.ProcAttr{
		Dir:   cmd.Dir,
		Env:   environment(cmd.Env),
		Files: files,
		Sys:   processAttr(),
	}
	started := make(chan error)
	go func() {
		pprof.SetGoroutineLabels(context.Background()) // it is not part of what calls Start
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		pid, err := syscall.ForkExec(cmd.Args[0], cmd.Args, attr)
		c.pid = pid
		started <- err
		if err == nil {
			c.wait()
		}
	}()
	err := <-started
	runtime.KeepAlive(cmd.Files)
	runtime.KeepAlive(cmd.Stdin)
	return err
}

// environment adds the cookie to env. Of a variable set twice the last value counts.
func environment(env []string) []string {
	if env == nil {
		env = os.Environ()
	}
	env = append(slices.Clone(env), cookie+"="+strconv.Itoa(os.Getpid()))
	seen := make(map[string]bool, len(env))
	var out []string
	for _, entry := range slices.Backward(env) {
		name, _, _ := strings.Cut(entry, "=")
		if !seen[name] {
			seen[name] = true
			out = append(out, entry)
		}
	}
	slices.Reverse(out)
	return out
}

// wait is the end of a child: its group goes while its number is still ours, then
// it is reaped, and what it had written is handed over.
func (c *Child) wait() {
	waitExit(c.pid)
	c.mu.Lock()
	signalGroup(c.pid, syscall.SIGKILL)
	c.code = reap(c.pid)
	c.reaped = true
	c.mu.Unlock()
	c.Drain()
	for _, s := range c.streams {
		s.close()
	}
	close(c.done)
}

func reap(pid int) int {
	var status syscall.WaitStatus
	for {
		_, err := syscall.Wait4(pid, &status, 0, nil)
		if err == syscall.EINTR {
			continue
		}
		if err == nil && status.Signaled() {
			return -int(status.Signal())
		}
		return status.ExitStatus()
	}
}

func signalGroup(pid int, s syscall.Signal) error {
	err := syscall.Kill(-pid, s)
	if err == syscall.ESRCH || err == syscall.EPERM { // EPERM: macOS, when only a zombie is left
		return nil
	}
	return err
}

func unixConn(fd int) (*net.UnixConn, error) {
	f := os.NewFile(uintptr(fd), "control")
	defer f.Close() // FileConn has a duplicate
	conn, err := net.FileConn(f)
	if err != nil {
		return nil, err
	}
	return conn.(*net.UnixConn), nil
}
