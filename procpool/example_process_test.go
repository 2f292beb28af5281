//go:build unix

package procpool_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"syscall"
	"time"

	"github.com/parago/parago/procpool"
)

var exampleProcessFuncs = []any{greets, exitsWith, cleansUp, logsHello, asksWho, restsFor, (*counter).Run}

func greets(name string) { fmt.Println("Hello,", name) }

func exitsWith(code int) { procpool.Exit(code) }

func cleansUp() {
	procpool.AtExit(func() { fmt.Println("the last word") })
	fmt.Println("working")
}

func logsHello() {
	slog.Info("hello", "n", 3)
	procpool.Logger().Warn("careful")
}

func asksWho() {
	me, parent := procpool.CurrentProcess(), procpool.ParentProcess()
	fmt.Println(me.Name, "of", parent.Name, parent.PID() == os.Getppid())
}

func restsFor(d time.Duration) { time.Sleep(d) }

// A counter is a subclass: a type that embeds the Process that calls its method.
type counter struct {
	*procpool.Process
	n int
}

func (c *counter) Run() {
	for i := range c.n {
		fmt.Println(i)
	}
}

// toStdout has a process print here, where examples are compared.
func toStdout(p *procpool.Process) *procpool.Process {
	p.Stdout = os.Stdout
	return p
}

func ExampleProcess() {
	p := procpool.NewProcess(greets, "Alice")
	p.Name = "greeter"
	p.Stdout = os.Stdout // as exec.Cmd's; else output goes where this process's goes
	if err := p.Start(); err != nil {
		fmt.Println(err)
		return
	}
	p.Join()
	fmt.Println(p.ExitCode())
	// Output:
	// Hello, Alice
	// 0 true
}

func ExampleProcess_subclass() {
	c := &counter{n: 2}
	c.Process = toStdout(procpool.NewProcess(c.Run))
	c.Name = "counter"
	c.Start()
	c.Join()
	// Output:
	// 0
	// 1
}

func ExampleProcess_Wait() {
	p := procpool.NewProcess(exitsWith, 3)
	p.Name = "quitter"
	p.Start()
	var e *procpool.ExitError
	if errors.As(p.Wait(), &e) {
		fmt.Println(e.Process, "exited with code", e.Code)
	}
	// Output: quitter exited with code 3
}

func ExampleProcess_StartContext() {
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	p := procpool.NewProcess(restsFor, time.Minute)
	p.Grace = 10 * time.Second // between SIGTERM and SIGKILL
	if err := p.StartContext(ctx); err != nil {
		fmt.Println(err)
	}
	err := p.Wait()
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	fmt.Println(p.ExitCode())
	// Output:
	// true
	// -15 true
}

func ExampleProcess_Terminate() {
	p := procpool.NewProcess(restsFor, time.Minute)
	p.Start()
	fmt.Println(p.JoinTimeout(time.Millisecond), p.Alive(), p.PID() != 0)
	p.Terminate()
	<-p.Done()
	code, _ := p.ExitCode()
	fmt.Println(p.Alive(), code)
	fmt.Println(p.Close(), errors.Is(p.Kill(), procpool.ErrClosed))
	// Output:
	// false true true
	// false -15
	// <nil> true
}

func ExampleProcess_Signal() {
	p := procpool.NewProcess(restsFor, time.Minute)
	p.Start()
	p.Signal(syscall.SIGTERM)
	p.Join()
	fmt.Println(p.ExitCode())
	q := procpool.NewProcess(restsFor, time.Minute)
	q.Start()
	q.Interrupt()
	q.Join()
	fmt.Println(q.ExitCode())
	// Output:
	// -15 true
	// -2 true
}

func ExampleProcess_String() {
	p := procpool.NewProcess(greets, "Alice")
	fmt.Println(p.String() == fmt.Sprintf("<Process name='%s' parent=%d initial>", p.Name, os.Getpid()))
	// Output: true
}

func ExampleCurrentProcess() {
	p := toStdout(procpool.NewProcess(asksWho))
	p.Name = "child"
	p.Start()
	p.Join()
	fmt.Println(procpool.CurrentProcess().Name, procpool.ParentProcess() == nil)
	// Output:
	// child of MainProcess true
	// MainProcess true
}

func ExampleActiveChildren() {
	p := procpool.NewProcess(restsFor, time.Minute)
	p.Start()
	for _, c := range procpool.ActiveChildren() {
		if c == p {
			fmt.Println("running")
		}
	}
	p.Kill()
	p.Join()
	// Output: running
}

func ExampleCPUCount() {
	pool := procpool.NewPool(procpool.CPUCount()) // what NewPool(0) makes
	defer pool.Close()
}

func ExampleAtExit() {
	p := toStdout(procpool.NewProcess(cleansUp))
	p.Start()
	p.Join()
	// Output:
	// working
	// the last word
}

func ExampleExit() {
	p := procpool.NewProcess(exitsWith, 256+7)
	p.Start()
	p.Join()
	fmt.Println(p.ExitCode())
	// Output: 7 true
}

func ExampleSetLogger() {
	var records bytes.Buffer
	plain := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == "pid" { // they are not the same twice
			return slog.Attr{}
		}
		return a
	}}
	procpool.SetLogger(slog.New(slog.NewTextHandler(&records, plain)))
	defer procpool.SetLogger(nil)
	p := procpool.NewProcess(logsHello)
	p.Name = "child"
	p.Start()
	p.Join() // what it has logged is here now
	fmt.Print(&records)
	// Output:
	// level=INFO msg=hello process=child n=3
	// level=WARN msg=careful process=child
}

func ExampleLogToStderr() {
	log := procpool.LogToStderr(slog.LevelInfo)
	defer procpool.SetLogger(nil)
	p := procpool.NewProcess(logsHello)
	p.Name = "child"
	p.Start()
	p.Join() // [INFO/child] hello n=3
	log.Info("done")
	fmt.Println(procpool.Logger() == log)
	// Output: true
}

// A program that uses this package calls Main first, and Shutdown last: it waits for processes
// that are no daemons for so long, and kills the rest.
func Example_program() {
	main := func() {
		procpool.Register(greets, (*counter).Run)
		procpool.RegisterType(counter{})
		procpool.RegisterError("main.errLost", errLost)
		procpool.Main()
		defer procpool.Shutdown(10 * time.Second)
		p := procpool.NewProcess(greets, "Alice")
		p.Daemon = true // Shutdown does not wait for it
		p.Start()
	}
	_ = main
}

var errLost = errors.New("lost")
