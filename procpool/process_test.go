//go:build unix

package procpool_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/parago/parago/procpool"
)

var processFuncs = []any{
	echoArgs, sleepLong, exits, panics, returnsError, printsLines, tellsNames, (*MyProcess).Run, nests, watchesParent,
	startsSleep, setsGlobal, tellsEnv, closesStdio, floodsStderr, nestsDeep, holdsChild, runsEcho, nothing,
}

type args struct {
	N int
	s string
	M map[string]int
}

func echoArgs(q *procpool.Queue[[]any], xs ...any) { q.Put(xs) }

func nothing() {}

func sleepLong() { time.Sleep(time.Minute) }

func exits(how string) {
	self := func(s syscall.Signal) {
		syscall.Kill(os.Getpid(), s)
		time.Sleep(time.Minute)
	}
	switch how {
	case "exit 3":
		os.Exit(3)
	case "exit 0":
		os.Exit(0)
	case "exit 256":
		os.Exit(256)
	case "exit -1":
		os.Exit(-1)
	case "kill":
		self(syscall.SIGKILL)
	case "abort":
		self(syscall.SIGABRT)
	case "panic":
		panic("oh no")
	}
}

func panics(mark string) { panic("the mark is " + mark) }

func returnsError() error { return errors.New("mine to return") }

func printsLines(mark string, n int) {
	for i := range n {
		fmt.Printf("%s %d\n", mark, i)
	}
}

func tellsNames(q *procpool.Queue[[]string]) {
	me, parent := procpool.CurrentProcess(), procpool.ParentProcess()
	q.Put([]string{me.Name, fmt.Sprint(me.PID()), parent.Name, fmt.Sprint(parent.PID()), fmt.Sprint(me.Alive(), parent.Alive(), me.Daemon)})
}

type MyProcess struct {
	*procpool.Process
	conn *procpool.Conn[string]
}

func (m *MyProcess) Run() {
	for {
		s, err := m.conn.Recv()
		if err != nil || s == "" {
			return
		}
		m.conn.Send(m.Name + " " + strings.ToUpper(s))
	}
}

func nests(q *procpool.Queue[[]string]) {
	p := procpool.NewProcess(tellsNames, q)
	if err := p.Start(); err != nil {
		panic(err)
	}
	p.Join()
}

// watchesParent reports its parent's life. It is in a group of its own, which dies with
// the parent, so it can only report the beginning.
func watchesParent(q *procpool.Queue[bool]) {
	q.Put(procpool.ParentProcess().Alive())
	<-time.After(time.Minute)
}

func holdsChild(q *procpool.Queue[int]) {
	p := procpool.NewProcess(sleepLong)
	if err := p.Start(); err != nil {
		panic(err)
	}
	q.Put(p.PID())
	time.Sleep(time.Minute)
}

func startsSleep(q *procpool.Queue[int]) {
	cmd := exec.Command("sleep", "60")
	if err := cmd.Start(); err != nil {
		panic(err)
	}
	q.Put(cmd.Process.Pid)
	cmd.Wait()
}

var global = 1

func setsGlobal(q *procpool.Queue[int]) {
	global++
	q.Put(global)
}

func tellsEnv(q *procpool.Queue[[]string]) {
	dir, _ := os.Getwd()
	q.Put([]string{os.Getenv("PROCPOOL_TEST"), dir, os.Getenv("HOME")})
}

func closesStdio() {
	os.Stdout.Close()
	os.Stderr.Close()
}

func floodsStderr() {
	for range 1024 {
		os.Stderr.WriteString(strings.Repeat("f", 1023) + "\n")
	}
	panic("after the flood")
}

func nestsDeep(q *procpool.Queue[string], n int) {
	if n == 0 {
		q.Put("bottom")
		return
	}
	p := procpool.NewProcess(nestsDeep, q, n-1)
	if err := p.Start(); err != nil {
		q.Put(err.Error())
		return
	}
	p.Join()
}

func runsEcho(mark string) {
	cmd := exec.Command("echo", mark)
	cmd.Stdout = os.Stdout
	cmd.Run()
}

func start(t *testing.T, f any, args ...any) *procpool.Process {
	t.Helper()
	p := procpool.NewProcess(f, args...)
	check(t, p.Start())
	t.Cleanup(func() {
		p.Kill()
		p.Join()
	})
	return p
}

func TestA01_current(t *testing.T) {
	t.Parallel()
	p := procpool.CurrentProcess()
	_, exited := p.ExitCode()
	if p.Name != "MainProcess" || !p.Alive() || p.Daemon || p.PID() != os.Getpid() || exited || procpool.ParentProcess() != nil {
		t.Errorf("%v, parent %v", p, procpool.ParentProcess())
	}
}

func TestA02_args(t *testing.T) {
	t.Parallel()
	procpool.RegisterType(args{})
	q := procpool.NewQueue[[]any](0)
	want := []any{1, "str", []int{1, 2}, args{1, "x", map[string]int{"a": 1}}, map[string]int{"k": 2}, nil, []byte("b")}
	start(t, echoArgs, append([]any{q}, want...)...).Join()
	got, err := q.Get()
	check(t, err)
	// The child knows args from no function's signature, so it comes back by structure.
	got[3] = want[3]
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %#v", got)
	}
}

func TestA03_argumentsThatDoNotFit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []any
		want string
	}{
		{[]any{"m"}, "takes 2 arguments, 1 given"},
		{[]any{"m", 1, 2}, "takes 2 arguments, 3 given"},
		{[]any{1, 2}, "argument 1 of"},
		{[]any{"m", 1.5}, "argument 2 of"},
	} {
		p := procpool.NewProcess(printsLines, c.args...)
		if err := p.Start(); err == nil || !strings.Contains(err.Error(), c.want) || p.Alive() || p.PID() != 0 {
			t.Errorf("%v: error %v, want %q", c.args, err, c.want)
		}
	}
	p := procpool.NewProcess(printsLines, make(chan int), 1)
	if err := p.Start(); err == nil {
		t.Error("a channel for a string")
	}
	q := procpool.NewQueue[[]any](0)
	var e *procpool.EncodeError
	if err := procpool.NewProcess(echoArgs, q, struct{ cfg *struct{ c chan int } }{&struct{ c chan int }{make(chan int)}}).Start(); !errors.As(err, &e) || e.Path != "args[1].cfg.c" {
		t.Errorf("error %v", err)
	}
	if err := procpool.NewProcess(func() {}).Start(); err == nil || !strings.Contains(err.Error(), "function literal") {
		t.Errorf("error %v", err)
	}
	if err := procpool.NewProcess(children).Start(); err == nil || !strings.Contains(err.Error(), "children is not registered") {
		t.Errorf("error %v", err)
	}
}

func TestA04_lifecycle(t *testing.T) {
	t.Parallel()
	q := procpool.NewQueue[[]string](0)
	p := procpool.NewProcess(tellsNames, q)
	if _, exited := p.ExitCode(); p.Alive() || exited {
		t.Error("alive before Start")
	}
	check(t, p.Start())
	wantIs(t, p.Start(), procpool.ErrStarted) // A05
	names, err := q.Get()
	check(t, err)
	p.Join()
	if code, exited := p.ExitCode(); p.Alive() || !exited || code != 0 {
		t.Errorf("after Join: %v", p)
	}
	for _, c := range procpool.ActiveChildren() {
		if c == p {
			t.Error("still among the active children")
		}
	}
	me := procpool.CurrentProcess()
	want := []string{p.Name, fmt.Sprint(p.PID()), me.Name, fmt.Sprint(me.PID()), "true true false"} // A16
	if !reflect.DeepEqual(names, want) {
		t.Errorf("the child said %q, want %q", names, want)
	}
}

func TestA06_joinBeforeStart(t *testing.T) {
	t.Parallel()
	p := procpool.NewProcess(nothing)
	p.Join()
	wantIs(t, p.Wait(), procpool.ErrNotStarted)
	wantIs(t, p.Terminate(), procpool.ErrNotStarted)
}

func TestA07_joinTimeout(t *testing.T) {
	t.Parallel()
	p := start(t, sleepLong)
	for _, d := range []time.Duration{0, -1, 50 * time.Millisecond} {
		if p.JoinTimeout(d) || !p.Alive() {
			t.Errorf("JoinTimeout(%s) of a sleeper", d)
		}
	}
}

func TestA08_terminate(t *testing.T) {
	t.Parallel()
	p := start(t, sleepLong)
	select {
	case <-p.Done(): // A14
		t.Error("done too early")
	default:
	}
	check(t, p.Terminate())
	p.Join()
	<-p.Done()
	if code, _ := p.ExitCode(); code != -15 {
		t.Errorf("code %d", code)
	}
	check(t, p.Terminate())
	p.Join()
}

func TestA09_kill(t *testing.T) {
	t.Parallel()
	p := start(t, sleepLong)
	check(t, p.Kill())
	err := p.Wait()
	var e *procpool.ExitError
	if !errors.As(err, &e) || e.Code != -9 || e.Signal != "killed" {
		t.Errorf("error %#v", err)
	}
}

func TestA10_exitCodes(t *testing.T) {
	t.Parallel()
	for how, want := range map[string]int{
		"return": 0, "panic": 1, "exit 3": 3, "exit 0": 0, "exit 256": 0, "exit -1": 255, "kill": -9, "abort": -6,
	} {
		t.Run(how, func(t *testing.T) {
			p := start(t, exits, how)
			p.Join()
			if code, _ := p.ExitCode(); code != want {
				t.Errorf("code %d, want %d", code, want)
			}
		})
	}
	p := start(t, returnsError)
	p.Join()
	if code, _ := p.ExitCode(); code != 1 || !strings.Contains(capture.stderrText(), "mine to return") {
		t.Errorf("code %d of a returned error", code)
	}
}

func TestA11_panicReport(t *testing.T) {
	t.Parallel()
	p := start(t, panics, "A11mark")
	var e *procpool.ExitError
	if err := p.Wait(); !errors.As(err, &e) || e.Code != 1 {
		t.Errorf("error %v", err)
	}
	text := capture.stderrText()
	for _, want := range []string{"Process " + p.Name + ":\npanic: the mark is A11mark", "panics("} {
		if !strings.Contains(text, want) {
			t.Errorf("stderr lacks %q:\n%s", want, text)
		}
	}
}

func TestA12_stderrIsWhole(t *testing.T) {
	t.Parallel()
	p := start(t, floodsStderr)
	p.Join()
	text := capture.stderrText()
	if n := strings.Count(text, strings.Repeat("f", 1023)+"\n"); n == 0 || n%1024 != 0 || !strings.Contains(text, "after the flood") {
		t.Errorf("%d of 1024 lines", n)
	}
}

func TestA13_close(t *testing.T) {
	t.Parallel()
	p := start(t, sleepLong)
	if p.Close() == nil {
		t.Error("Close of a running process")
	}
	p.Kill()
	p.Join()
	check(t, p.Close())
	check(t, p.Close())
	for _, err := range []error{p.Start(), p.Wait(), p.Kill()} {
		wantIs(t, err, procpool.ErrClosed)
	}
}

func TestA15_nestedNames(t *testing.T) {
	t.Parallel()
	q := procpool.NewQueue[[]string](0)
	p := start(t, nests, q)
	names, err := q.Get()
	check(t, err)
	if names[0] != p.Name+":1" || names[2] != p.Name || names[3] != fmt.Sprint(p.PID()) {
		t.Errorf("the grandchild of %s said %q", p.Name, names)
	}
	named := procpool.NewProcess(nothing)
	named.Name = "given"
	check(t, named.Start())
	named.Join()
	if named.Name != "given" {
		t.Errorf("name %s", named.Name)
	}
}

func TestA17_childrenDieWithTheirParent(t *testing.T) {
	t.Parallel()
	q := procpool.NewQueue[int](0)
	p := start(t, holdsChild, q)
	pid, err := q.Get()
	check(t, err)
	syscall.Kill(p.PID(), syscall.SIGKILL)
	p.Join()
	eventually(t, "the grandchild is gone", func() bool { return gone(pid) || zombie(pid) })
}

func zombie(pid int) bool {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || strings.Contains(string(data), ") Z ")
}

func TestA19_many(t *testing.T) {
	var ps []*procpool.Process
	for range 30 {
		ps = append(ps, start(t, nothing))
	}
	for _, p := range ps {
		check(t, p.Wait())
	}
	ps = nil
	for range 30 {
		ps = append(ps, start(t, sleepLong))
	}
	for _, p := range ps {
		check(t, p.Terminate())
	}
	for _, p := range ps {
		p.Join()
		if code, _ := p.ExitCode(); code != -15 {
			t.Errorf("code %d", code)
		}
	}
}

func TestA21_closedStdio(t *testing.T) {
	t.Parallel()
	check(t, start(t, closesStdio).Wait())
}

func TestA25_treeKill(t *testing.T) {
	t.Parallel()
	q := procpool.NewQueue[int](0)
	p := start(t, startsSleep, q)
	pid, err := q.Get()
	check(t, err)
	check(t, p.Terminate())
	p.Join()
	eventually(t, "sleep is gone", func() bool { return gone(pid) || zombie(pid) })
}

func TestA26_subclass(t *testing.T) {
	t.Parallel()
	near, far := procpool.NewPipe[string]()
	m := &MyProcess{conn: far}
	m.Process = procpool.NewProcess(m.Run)
	check(t, m.Start())
	check(t, near.Send("hello"))
	s, err := near.Recv()
	check(t, err)
	if !strings.HasPrefix(m.Name, "MyProcess-") || s != m.Name+" HELLO" {
		t.Errorf("%s said %q", m.Name, s)
	}
	check(t, near.Send(""))
	check(t, m.Wait())
	if _, err := near.Recv(); err != io.EOF { // E11
		t.Errorf("error %v after the peer's end", err)
	}
	wantIs(t, near.Send("x"), procpool.ErrPeerClosed)
}

func TestA27_envAndDir(t *testing.T) {
	t.Parallel()
	q := procpool.NewQueue[[]string](0)
	p := procpool.NewProcess(tellsEnv, q)
	p.Env = append(os.Environ(), "PROCPOOL_TEST=yes")
	p.Dir = os.TempDir()
	check(t, p.Start())
	p.Join()
	got, err := q.Get()
	check(t, err)
	if got[0] != "yes" || got[1] != os.TempDir() || os.Getenv("PROCPOOL_TEST") != "" {
		t.Errorf("got %q", got)
	}
}

func TestA28_isolation(t *testing.T) {
	t.Parallel()
	q := procpool.NewQueue[int](0)
	start(t, setsGlobal, q).Join()
	if n, err := q.Get(); n != 2 || global != 1 || err != nil {
		t.Errorf("child %d, parent %d, %v", n, global, err)
	}
}

func TestB01_outputComesBeforeJoin(t *testing.T) {
	t.Parallel()
	for range 20 {
		mark := unique("B01")
		start(t, printsLines, mark, 200).Join()
		got := capture.chunks(mark)
		if len(got) != 200 {
			t.Fatalf("%d of 200 chunks when Join returns", len(got))
		}
		for k, s := range got {
			if s != fmt.Sprintf("%s %d\n", mark, k) {
				t.Fatalf("chunk %d is %q", k, s)
			}
		}
	}
}

func TestB08_childrenOfChildren(t *testing.T) {
	t.Parallel()
	mark := unique("B08")
	start(t, runsEcho, mark).Join()
	if got := capture.chunks(mark); len(got) != 1 || got[0] != mark+"\n" {
		t.Errorf("got %q", got)
	}
}

func TestH07_nestingHasALimit(t *testing.T) {
	for n, want := range map[int]string{9: "bottom", 10: procpool.ErrTooDeep.Error()} {
		q := procpool.NewQueue[string](0)
		start(t, nestsDeep, q, n).Join()
		if got, err := q.Get(); got != want {
			t.Errorf("%d levels: %q, %v", n+1, got, err)
		}
	}
}
