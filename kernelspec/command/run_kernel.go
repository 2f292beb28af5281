package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/parago/parago/interp/native"
	"github.com/parago/parago/kernel"
	"github.com/parago/parago/kernel/client"
	"github.com/parago/parago/notebooks"
)

const (
	startLimit = 30 * time.Second // for a kernel to answer
	stopLimit  = 5 * time.Second  // for a kernel, or an interrupted cell, to end
)

// A runningKernel is `parago kernel` in a process of its own, and a connection to it.
// It is a notebooks.Kernel.
type runningKernel struct {
	folder *native.Temporary // of the connection file and the sockets
	cmd    *exec.Cmd
	client *client.Client

	ended context.Context // is done when the process has; its cause says how

	// late says which cells are over and who takes what they still write. Only the
	// goroutine that reads iopub uses it.
	late map[string]func(notebooks.Message)
}

// startKernel starts a kernel that works in dir and connects to it. stop must be called.
func startKernel(ctx context.Context, dir string) (k *runningKernel, err error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	folder, err := native.NewTemporary("parago-run")
	if err != nil {
		return nil, err
	}
	k = &runningKernel{folder: folder, late: map[string]func(notebooks.Message){}}
	defer func() {
		if err != nil {
			k.stop()
		}
	}()
	info, err := connection(folder.Dir)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(folder.Dir, "connection.json")
	if err := kernel.WriteConnectionFile(file, info); err != nil {
		return nil, err
	}
	if err := k.launch(exe, file, dir); err != nil {
		return nil, err
	}
	return k, k.dial(ctx, info)
}

// connection says where the kernel is to listen: in the folder if the system can.
func connection(folder string) (kernel.ConnectionInfo, error) {
	if runtime.GOOS != "windows" {
		return kernel.NewIPC(folder), nil
	}
	info := kernel.NewTCP()
	for _, port := range []*int{&info.ShellPort, &info.IOPubPort, &info.StdinPort, &info.ControlPort, &info.HBPort} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return info, err
		}
		defer l.Close() // after all five are chosen, so that they differ
		*port = l.Addr().(*net.TCPAddr).Port
	}
	return info, nil
}

func (k *runningKernel) launch(exe, file, dir string) error {
	k.cmd = exec.Command(exe, "kernel", "--temporary", file)
	k.cmd.Dir = dir
	k.cmd.Stderr = os.Stderr
	if runtime.GOOS != "windows" {
		k.cmd.Env = append(os.Environ(), "JPY_PARENT_PID="+strconv.Itoa(os.Getpid()))
	}
	ownGroup(k.cmd)
	if err := k.cmd.Start(); err != nil {
		return err
	}
	ended, end := context.WithCancelCause(context.Background())
	k.ended = ended
	go func() { // ends with the process, which stop waits for
		err := k.cmd.Wait()
		end(fmt.Errorf("the kernel ended: %v", k.cmd.ProcessState))
		_ = err // ProcessState says the same
	}()
	return nil
}

func (k *runningKernel) dial(ctx context.Context, info kernel.ConnectionInfo) error {
	ctx, cancel := context.WithTimeoutCause(ctx, startLimit, fmt.Errorf("it has not answered for %v", startLimit))
	defer cancel()
	ctx, give := context.WithCancelCause(ctx)
	defer give(nil)
	defer context.AfterFunc(k.ended, func() { give(context.Cause(k.ended)) })()
	c, err := client.Dial(ctx, info, client.Options{IOPub: k.published, Input: askTerminal})
	if err != nil {
		return err
	}
	k.client = c
	return nil
}

// published gets all messages of iopub, before the call that they are about, if it is
// still running, gets them.
func (k *runningKernel) published(m *kernel.Message) {
	if output := k.late[m.Parent.MsgID]; output != nil {
		hand(m, output)
	}
}

func hand(m *kernel.Message, output func(notebooks.Message)) {
	message := notebooks.Message{Type: m.Header.MsgType}
	if m.Decode(&message.Content) == nil {
		output(message)
	}
}

// Execute is that of notebooks.Kernel.
func (k *runningKernel) Execute(ctx context.Context, source string, output func(notebooks.Message)) (bool, error) {
	request := kernel.ExecuteRequest{Code: source, StoreHistory: true, AllowStdin: isTerminal(os.Stdin)}
	type outcome struct {
		reply *kernel.ExecuteReply
		err   error
	}
	done := make(chan outcome, 1)
	go func() { // ends with the cell, or with the kernel
		reply, err := k.client.Execute(context.Background(), request, func(m *kernel.Message) {
			hand(m, output)
			if m.Header.MsgType == "status" && isIdle(m) {
				k.late[m.Parent.MsgID] = output
			}
		})
		done <- outcome{reply, err}
	}()
	select {
	case o := <-done:
		if o.err != nil {
			return false, k.died(o.err)
		}
		return o.reply.Status == "ok", nil
	case <-ctx.Done():
	}
	// A second interrupt is by force.
	for range 2 {
		k.interrupt()
		select {
		case <-done:
			return false, context.Cause(ctx)
		case <-time.After(stopLimit):
		}
	}
	return false, fmt.Errorf("%w; the cell did not stop, so the kernel is killed", context.Cause(ctx))
}

// askTerminal answers a cell that asks for input. Its goroutine ends with the line, or
// with this process: a read of the terminal cannot be ended.
func askTerminal(ctx context.Context, prompt string, password bool) (string, error) {
	if password {
		return "", errors.New("parago run cannot hide what is typed")
	}
	fmt.Print(prompt)
	type answer struct {
		line string
		err  error
	}
	typed := make(chan answer, 1)
	go func() {
		line, err := readLine(os.Stdin)
		typed <- answer{line, err}
	}()
	select {
	case a := <-typed:
		return a.line, a.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// readLine reads no further than the end of the line: more may be asked for.
func readLine(f *os.File) (string, error) {
	var line []byte
	for b := make([]byte, 1); ; {
		if _, err := f.Read(b); err != nil {
			return string(line), err
		}
		if b[0] == '\n' {
			return strings.TrimSuffix(string(line), "\r"), nil
		}
		line = append(line, b[0])
	}
}

func isIdle(m *kernel.Message) bool {
	var s kernel.Status
	return m.Decode(&s) == nil && s.ExecutionState == "idle"
}

func (k *runningKernel) interrupt() {
	ctx, cancel := context.WithTimeout(context.Background(), stopLimit)
	defer cancel()
	k.client.Interrupt(ctx) // if it fails, the cell does not stop, and that is reported
}

// died explains an error of the client's: mostly, the kernel has ended.
func (k *runningKernel) died(err error) error {
	if !errors.Is(err, client.ErrGone) {
		return err
	}
	select {
	case <-k.ended.Done():
		return context.Cause(k.ended)
	case <-time.After(stopLimit):
		return err
	}
}

// stop ends the kernel, politely if it listens, and all that it has started, and
// removes what it has left. (Should this process be killed, the kernel ends by itself
// and removes its files.)
func (k *runningKernel) stop() error {
	if k.client != nil {
		ctx, cancel := context.WithTimeout(context.Background(), stopLimit)
		k.client.Shutdown(ctx) // a kernel that cannot is killed below
		cancel()
	}
	if k.ended != nil {
		select {
		case <-k.ended.Done():
		case <-time.After(stopLimit):
			k.cmd.Process.Kill() // its session and workers see that, and end
			<-k.ended.Done()
		}
	}
	if k.client != nil {
		k.client.Close()
	}
	return k.folder.Remove()
}
