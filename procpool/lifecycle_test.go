//go:build unix

package procpool_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/parago/parago/procpool"
	"github.com/parago/parago/procpool/embed"
)

var lifecycleFuncs = []any{
	deafToTerm, onTerm, leavesMarks, leavesMarkInPool, startsAndReturns, tellsDaemons, asksStrangers, writesBoth, holdsAndPanics,
	killsSelf, printsAtoms, printsTwice, (*upperCaser).Run, tellsString, interruptible, putLate,
}

func deafToTerm(ready *procpool.Queue[bool]) {
	signal.Ignore(syscall.SIGTERM)
	ready.Put(true)
	time.Sleep(time.Minute)
}

// onTerm ends in peace when it is asked to.
func onTerm(ready *procpool.Queue[bool]) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGTERM)
	ready.Put(true)
	<-c
}

func interruptible(ready *procpool.Queue[bool]) {
	ready.Put(true)
	time.Sleep(time.Minute)
}

func leavesMarks(how string, q *procpool.Queue[string]) {
	procpool.AtExit(func() { q.Put("first given") })
	procpool.AtExit(func() { panic("in a function of AtExit") })
	procpool.AtExit(func() { q.Put("last given") })
	switch how {
	case "panic":
		panic("on purpose")
	case "Exit":
		procpool.Exit(7)
	case "Exit in AtExit":
		procpool.AtExit(func() { procpool.Exit(5) })
	case "os.Exit":
		os.Exit(6)
	case "kill":
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	case "term":
		syscall.Kill(os.Getpid(), syscall.SIGTERM)
		select {}
	}
}

func leavesMarkInPool(q *procpool.Queue[string]) int {
	procpool.AtExit(func() { q.Put("the worker ends") })
	return 1
}

// startsAndReturns starts a process and does not wait for it.
func startsAndReturns(daemon bool, q *procpool.Queue[string]) {
	p := procpool.NewProcess(putLate, q)
	p.Daemon = daemon
	if err := p.Start(); err != nil {
		panic(err)
	}
}

func putLate(q *procpool.Queue[string]) {
	time.Sleep(500 * time.Millisecond)
	q.Put("late")
}

func tellsDaemons(q *procpool.Queue[[]bool]) {
	me := procpool.CurrentProcess()
	q.Put([]bool{me.Daemon, procpool.NewProcess(nothing).Daemon})
}

// asksStrangers tries everything on a process that is somebody else's child.
func asksStrangers(p *procpool.Process, q *procpool.Queue[[]string]) {
	code, exited := p.ExitCode()
	q.Put([]string{
		p.Name, fmt.Sprint(p.PID()), fmt.Sprint(p.Alive(), code, exited, p.JoinTimeout(0)),
		fmt.Sprint(allErrors(p, procpool.ErrNotChild)), fmt.Sprint(p),
	})
}

// allErrors reports whether each method of p fails with an error.
func allErrors(p *procpool.Process, want error) bool {
	for _, err := range []error{p.Start(), p.StartContext(context.Background()), p.Wait(), p.Terminate(), p.Kill(), p.Interrupt(), p.Signal(syscall.SIGUSR1)} {
		if !errors.Is(err, want) {
			return false
		}
	}
	return true
}

func writesBoth(mark string) {
	for i := range 3 {
		fmt.Println(mark, "out", i)
		fmt.Fprintln(os.Stderr, mark, "err", i)
	}
}

func holdsAndPanics(q *procpool.Queue[string]) {
	p := procpool.NewProcess(putLate, q)
	if err := p.Start(); err != nil {
		panic(err)
	}
	panic("with a child")
}

func killsSelf(s syscall.Signal) {
	syscall.Kill(os.Getpid(), s)
	time.Sleep(time.Minute)
}

func printsAtoms(mark string, n int) {
	for i := range n {
		fmt.Printf("%s square of %d", mark, i)
		fmt.Printf(" %s\n", mark)
	}
}

func printsTwice(mark string) {
	fmt.Println(mark, "first")
	time.Sleep(time.Second)
	fmt.Println(mark, "second")
}

func tellsString(q *procpool.Queue[string]) { q.Put(fmt.Sprint(procpool.CurrentProcess())) }

// An upperCaser is CPython's _UpperCaser.
type upperCaser struct {
	*procpool.Process
	near, far *procpool.Conn[string]
}

func newUpperCaser() *upperCaser {
	u := &upperCaser{}
	u.near, u.far = procpool.NewPipe[string]()
	u.Process = procpool.NewProcess(u.Run)
	return u
}

func (u *upperCaser) Run() {
	u.near.Close()
	for {
		s, err := u.far.Recv()
		if err != nil {
			return
		}
		u.far.Send(strings.ToUpper(s))
	}
}

func TestA04_activeChildrenAreThoseThatRun(t *testing.T) {
	t.Parallel()
	in := func(p *procpool.Process) bool { return slices.Contains(procpool.ActiveChildren(), p) }
	p := procpool.NewProcess(sleepLong)
	if in(p) {
		t.Error("before Start")
	}
	check(t, p.Start())
	if !in(p) {
		t.Error("not after Start")
	}
	check(t, p.Kill())
	p.Join()
	if in(p) {
		t.Error("after Join")
	}
}

func TestA10_codesOfSignals(t *testing.T) {
	t.Parallel()
	for _, s := range []syscall.Signal{syscall.SIGKILL, syscall.SIGABRT, syscall.SIGTERM, syscall.SIGINT, syscall.SIGSEGV, syscall.SIGSYS} {
		p := start(t, killsSelf, s)
		err := p.Wait()
		var e *procpool.ExitError
		if !errors.As(err, &e) || e.Code != -int(s) || e.Signal != s.String() {
			t.Errorf("%s: %#v", s, err)
		}
	}
}

func TestA08_interruptAndSignal(t *testing.T) {
	t.Parallel()
	ready := procpool.NewQueue[bool](0)
	for _, c := range []struct {
		send func(*procpool.Process) error
		code int
	}{
		{(*procpool.Process).Interrupt, -2},
		{func(p *procpool.Process) error { return p.Signal(syscall.SIGABRT) }, -6},
	} {
		p := start(t, interruptible, ready)
		ready.Get()
		check(t, c.send(p))
		p.Join()
		if code, _ := p.ExitCode(); code != c.code {
			t.Errorf("code %d, want %d", code, c.code)
		}
	}
	p := start(t, onTerm, ready)
	ready.Get()
	check(t, p.Terminate())
	check(t, p.Wait()) // it had asked for the signal
}

func TestA13_everyMethodOfAClosedProcess(t *testing.T) {
	t.Parallel()
	p := start(t, nothing)
	p.Join()
	check(t, p.Close())
	if !allErrors(p, procpool.ErrClosed) || p.Alive() || p.JoinTimeout(0) {
		t.Error("a method works after Close")
	}
	p.Join()
	if s := p.String(); !strings.Contains(s, " closed") {
		t.Errorf("%s", s)
	}
	never := procpool.NewProcess(nothing)
	check(t, never.Close())
	wantIs(t, never.Start(), procpool.ErrClosed)
	if procpool.CurrentProcess().Close() == nil {
		t.Error("Close of the current process")
	}
}

func TestA13_aProcessOfOthers(t *testing.T) {
	t.Parallel()
	p := start(t, sleepLong)
	q := procpool.NewQueue[[]string](0)
	start(t, asksStrangers, p, q).Join()
	got, err := q.Get()
	check(t, err)
	repr := fmt.Sprintf("<Process name='%s' pid=%d parent=%d unknown>", p.Name, p.PID(), os.Getpid())
	if want := []string{p.Name, fmt.Sprint(p.PID()), "true 0 false false", "true", repr}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	unstarted := procpool.NewProcess(sleepLong)
	start(t, asksStrangers, unstarted, q).Join()
	got, err = q.Get()
	check(t, err)
	if want := []string{unstarted.Name, "0", "false 0 false false", "true"}; !slices.Equal(got[:4], want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestA14_done(t *testing.T) {
	t.Parallel()
	ended := func(p *procpool.Process) bool {
		select {
		case <-p.Done():
			return true
		default:
			return false
		}
	}
	p := procpool.NewProcess(sleepLong)
	if ended(p) {
		t.Error("done before Start")
	}
	check(t, p.Start())
	if ended(p) {
		t.Error("done while it runs")
	}
	check(t, p.Kill())
	<-p.Done()
	if _, exited := p.ExitCode(); !exited {
		t.Error("done, and no exit code")
	}
}

func TestA15_namesAreThereFromTheStart(t *testing.T) {
	t.Parallel()
	p := procpool.NewProcess(nothing)
	name := p.Name
	if !strings.HasPrefix(name, "Process-") {
		t.Errorf("name %q", name)
	}
	if m := newUpperCaser(); !strings.HasPrefix(m.Name, "upperCaser-") {
		t.Errorf("name %q", m.Name)
	}
	check(t, p.Start())
	p.Join()
	if p.Name != name {
		t.Errorf("name %q, was %q", p.Name, name)
	}
	p = procpool.NewProcess(nothing)
	p.Name = "" // as good as none
	check(t, p.Start())
	p.Join()
	if !strings.HasPrefix(p.Name, "Process-") {
		t.Errorf("name %q", p.Name)
	}
}

func TestA15_string(t *testing.T) {
	t.Parallel()
	me := os.Getpid()
	is := func(p *procpool.Process, format string, args ...any) {
		t.Helper()
		if got, want := p.String(), fmt.Sprintf(format, args...); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	is(procpool.CurrentProcess(), "<MainProcess name='MainProcess' pid=%d started>", me)
	p := procpool.NewProcess(sleepLong)
	is(p, "<Process name='%s' parent=%d initial>", p.Name, me)
	p.Name, p.Daemon = "it's mine", true
	is(p, `<Process name='it\'s mine' parent=%d initial daemon>`, me)
	check(t, p.Start())
	is(p, `<Process name='it\'s mine' pid=%d parent=%d started daemon>`, p.PID(), me)
	check(t, p.Terminate())
	p.Join()
	is(p, `<Process name='it\'s mine' pid=%d parent=%d stopped exitcode=-SIGTERM daemon>`, p.PID(), me)
	check(t, p.Close())
	is(p, `<Process name='it\'s mine' pid=%d parent=%d closed daemon>`, p.PID(), me)
	p = start(t, exits, "exit 3")
	p.Join()
	is(p, `<Process name='%s' pid=%d parent=%d stopped exitcode=3>`, p.Name, p.PID(), me)
	q := procpool.NewQueue[string](0)
	p = start(t, tellsString, q)
	p.Join()
	if got, _ := q.Get(); got != fmt.Sprintf("<Process name='%s' pid=%d parent=%d started>", p.Name, p.PID(), me) {
		t.Errorf("of itself: %s", got)
	}
}

func TestA19_aHundred(t *testing.T) {
	files := openFiles()
	for round, c := range []struct {
		f    any
		code int
	}{{nothing, 0}, {sleepLong, -15}} {
		var ps []*procpool.Process
		for range 100 {
			ps = append(ps, start(t, c.f))
		}
		for _, p := range ps {
			if round == 1 {
				check(t, p.Terminate())
			}
		}
		for _, p := range ps {
			p.Join()
			if code, _ := p.ExitCode(); code != c.code {
				t.Errorf("code %d, want %d", code, c.code)
			}
		}
	}
	eventually(t, "files are closed", func() bool { return openFiles() <= files+5*8 }) // those of spares
}

func TestA23_daemonsAreInherited(t *testing.T) {
	t.Parallel()
	q := procpool.NewQueue[[]bool](0)
	for _, daemon := range []bool{false, true} {
		p := procpool.NewProcess(tellsDaemons, q)
		if p.Daemon {
			t.Error("a daemon without being asked")
		}
		p.Daemon = daemon
		check(t, p.Start())
		p.Join()
		if got, _ := q.Get(); !slices.Equal(got, []bool{daemon, daemon}) {
			t.Errorf("daemon %t: in it %v", daemon, got)
		}
	}
}

// At the end of its function a process waits for its children, but for daemons. A24: daemons
// may have children.
func TestA23_whatAProcessLeavesBehind(t *testing.T) {
	t.Parallel()
	q := procpool.NewQueue[string](0)
	p := start(t, startsAndReturns, false, q)
	check(t, p.Wait())
	if s, err := q.TryGet(); s != "late" {
		t.Errorf("a child was not waited for: %q, %v", s, err)
	}
	begin := time.Now()
	check(t, start(t, startsAndReturns, true, q).Wait())
	if s, err := q.TryGet(); err == nil {
		t.Errorf("a daemon lived on for %s: %q", time.Since(begin), s)
	}
	p = start(t, holdsAndPanics, q)
	p.Join()
	if code, _ := p.ExitCode(); code != 1 {
		t.Errorf("code %d", code)
	}
	if s, err := q.TryGet(); s != "late" {
		t.Errorf("after a panic a child was not waited for: %q, %v", s, err)
	}
}

func TestA26_upperCaser(t *testing.T) {
	t.Parallel()
	u := newUpperCaser()
	check(t, u.Start())
	check(t, u.far.Close())
	check(t, u.near.Send("hello"))
	if s, err := u.near.Recv(); s != "HELLO" || err != nil {
		t.Errorf("%q, %v", s, err)
	}
	check(t, u.near.Close())
	check(t, u.Wait())
}

func TestStartContext(t *testing.T) {
	t.Parallel()
	ready := procpool.NewQueue[bool](0)
	why := errors.New("mine to end it")
	for _, c := range []struct {
		name  string
		f     any
		grace time.Duration
		code  int
	}{
		{"terminates", interruptible, time.Minute, -15},
		{"kills what does not listen", deafToTerm, 100 * time.Millisecond, -9},
		{"lets it end in peace", onTerm, time.Minute, 0},
	} {
		ctx, cancel := context.WithCancelCause(context.Background())
		p := procpool.NewProcess(c.f, ready)
		p.Grace = c.grace
		check(t, p.StartContext(ctx))
		ready.Get()
		cancel(why)
		err := p.Wait()
		wantIs(t, err, why)
		if code, _ := p.ExitCode(); code != c.code {
			t.Errorf("%s: code %d, want %d", c.name, code, c.code)
		}
		var e *procpool.ExitError
		if errors.As(err, &e) != (c.code != 0) {
			t.Errorf("%s: error %v", c.name, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	p := procpool.NewProcess(nothing)
	check(t, p.StartContext(ctx))
	check(t, p.Wait())
	cancel() // too late to matter
	check(t, p.Wait())
	p = procpool.NewProcess(nothing)
	wantIs(t, p.StartContext(ctx), context.Canceled)
	if p.PID() != 0 {
		t.Error("it was started")
	}
}

func TestStdoutAndStderr(t *testing.T) {
	t.Parallel()
	var out, err bytes.Buffer
	p := procpool.NewProcess(writesBoth, "own")
	p.Stdout, p.Stderr = &out, &err
	check(t, p.Start())
	check(t, p.Wait())
	if out.String() != "own out 0\nown out 1\nown out 2\n" || err.String() != "own err 0\nown err 1\nown err 2\n" {
		t.Errorf("%q and %q", out.String(), err.String())
	}
	var both bytes.Buffer // no lock: one Write at a time
	mark := unique("elsewhere")
	p = procpool.NewProcess(writesBoth, mark)
	p.Stdout, p.Stderr = &both, &both
	check(t, p.Start())
	check(t, p.Wait())
	if strings.Count(both.String(), mark) != 6 || len(capture.chunks(mark)) != 0 {
		t.Errorf("%q", both.String())
	}
	for _, w := range []io.Writer{brokenWriter{}, panickyWriter{}} {
		p = procpool.NewProcess(writesBoth, mark)
		p.Stdout = w
		check(t, p.Start())
		if err := p.Wait(); err == nil || !strings.Contains(err.Error(), "no room") {
			t.Errorf("error %v", err)
		}
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("no room") }

type panickyWriter struct{}

func (panickyWriter) Write([]byte) (int, error) { panic("no room") }

func TestAtExit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		how  string
		code int
		runs bool
	}{
		{"return", 0, true}, {"panic", 1, true}, {"Exit", 7, true}, {"Exit in AtExit", 5, false},
		{"os.Exit", 6, false}, {"kill", -9, false}, {"term", -15, false},
	} {
		q := procpool.NewQueue[string](0)
		p := start(t, leavesMarks, c.how, q)
		p.Join()
		if code, _ := p.ExitCode(); code != c.code {
			t.Errorf("%s: code %d, want %d", c.how, code, c.code)
		}
		var got []string
		for !q.Empty() {
			s, _ := q.Get()
			got = append(got, s)
		}
		if runs := slices.Equal(got, []string{"last given", "first given"}); runs != c.runs || !runs && len(got) > 0 {
			t.Errorf("%s: ran %q", c.how, got)
		}
	}
	if !strings.Contains(capture.stderrText(), "at exit:\npanic: in a function of AtExit") {
		t.Error("nothing told the panic")
	}
	q := procpool.NewQueue[string](0)
	pool := newPool(t, 1)
	if _, err := pool.Apply(leavesMarkInPool, q); err != nil {
		t.Error(err)
	}
	if !q.Empty() {
		t.Error("after a task")
	}
	check(t, pool.Close())
	if s, err := q.TryGet(); s != "the worker ends" {
		t.Errorf("%q, %v", s, err)
	}
}

func TestB02_writesStayWhole(t *testing.T) {
	t.Parallel()
	mark := unique("B02")
	var ps []*procpool.Process
	for range 3 {
		ps = append(ps, start(t, printsAtoms, mark, 100))
	}
	for _, p := range ps {
		p.Join()
	}
	open := 0
	got := capture.chunks(mark)
	for _, s := range got {
		switch {
		case strings.HasPrefix(s, mark+" square of "):
			open++
		case s == " "+mark+"\n" && open > 0:
			open--
		default:
			t.Fatalf("chunk %q", s)
		}
	}
	if len(got) != 600 || open != 0 {
		t.Errorf("%d chunks, %d lines without end", len(got), open)
	}
}

// A clock notes when chunks come.
type clock struct {
	mu    sync.Mutex
	times []time.Time
}

func (c *clock) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.times = append(c.times, time.Now())
	return len(p), nil
}

func TestB05_outputComesAsItIsWritten(t *testing.T) {
	t.Parallel()
	var c clock
	p := procpool.NewProcess(printsTwice, "B05")
	p.Stdout = &c
	check(t, p.Start())
	check(t, p.Wait())
	if len(c.times) != 2 || c.times[1].Sub(c.times[0]) < 800*time.Millisecond {
		t.Errorf("chunks came at %v", c.times)
	}
}

func TestB07_twoStreams(t *testing.T) {
	t.Parallel()
	mark := unique("B07")
	start(t, writesBoth, mark).Join()
	for i, s := range capture.chunks(mark) {
		if s != fmt.Sprintf("%s out %d\n", mark, i) {
			t.Errorf("stdout %d is %q", i, s)
		}
	}
	text, at := capture.stderrText(), -1
	for i := range 3 {
		next := strings.Index(text, fmt.Sprintf("%s err %d\n", mark, i))
		if next <= at {
			t.Errorf("stderr %d is at %d, after %d", i, next, at)
		}
		at = next
	}
}

func TestH02_anInterruptEndsJoin(t *testing.T) {
	p := start(t, sleepLong)
	origin.Store("H02")
	defer origin.Store("")
	mine := start(t, sleepLong)
	joined := make(chan struct{})
	go func() {
		defer close(joined)
		mine.Join()
	}()
	begin := time.Now()
	embed.CancelOrigin("H02")
	defer embed.AllowOrigin("H02")
	<-joined
	if d := time.Since(begin); d > 5*time.Second {
		t.Errorf("took %s", d)
	}
	if code, _ := mine.ExitCode(); code != -9 || !p.Alive() {
		t.Errorf("code %d; another cell's process: %v", code, p)
	}
}

func TestH11_aSignalDoesNotEndJoin(t *testing.T) {
	t.Parallel()
	c := make(chan os.Signal, 10)
	signal.Notify(c, syscall.SIGUSR1)
	defer signal.Stop(c)
	p := start(t, nap, 300*time.Millisecond)
	for range 5 {
		syscall.Kill(os.Getpid(), syscall.SIGUSR1)
		if p.JoinTimeout(20 * time.Millisecond) {
			t.Error("it has ended")
		}
	}
	check(t, p.Wait())
	if len(c) == 0 {
		t.Error("no signal came")
	}
}
