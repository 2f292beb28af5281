package runner_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parago/parago/interp/runner/wire"
	"github.com/parago/parago/procpool/spawn"
)

// limit is how long anything may take on a slow machine before a test gives up.
const limit = 60 * time.Second

// A session is an owner of a session process, as package interp is.
type session struct {
	t     testing.TB
	child *spawn.Child
	conn  *wire.Conn
	runs  int
	done  chan *wire.Done
	ended chan struct{}

	mu      sync.Mutex
	origin  string
	written map[string]string // by origin
	more    chan struct{}     // has an element after something was written
}

func newSession(t testing.TB) *session {
	t.Helper()
	program := hostProgram(t)
	s := &session{t: t, done: make(chan *wire.Done, 1), ended: make(chan struct{}), written: map[string]string{}, more: make(chan struct{}, 1)}
	child, err := spawn.Start(spawn.Command{Args: []string{program, "-session"}, Output: func(_ bool, p []byte) {
		s.mu.Lock()
		origin := s.origin
		s.mu.Unlock()
		s.write(origin, p)
	}})
	if err != nil {
		t.Fatal(err)
	}
	s.child, s.conn = child, wire.NewConn(child.Control())
	go s.listen()
	t.Cleanup(func() {
		child.Stop(limit)
		<-s.ended
	})
	return s
}

func (s *session) write(origin string, p []byte) {
	s.mu.Lock()
	s.written[origin] += string(p)
	s.mu.Unlock()
	select {
	case s.more <- struct{}{}:
	default:
	}
}

func (s *session) listen() {
	defer close(s.ended)
	for {
		m, err := s.conn.Receive()
		if err != nil {
			s.child.Control().Close()
			<-s.child.Done()
			return
		}
		if m.Ready == nil && m.Loaded == nil {
			s.child.Drain()
		}
		switch {
		case m.Outputs != nil:
			for _, o := range m.Outputs {
				s.write(o.Origin, o.Data)
			}
		case m.Flush != nil:
			s.conn.Send(&wire.Message{Flushed: &wire.Flushed{Seq: m.Flush.Seq}})
		case m.Done != nil:
			s.done <- m.Done
		}
	}
}

// start runs a cell of testdata/cells.txt, whose origin is its name.
func (s *session) start(name string) {
	s.t.Helper()
	s.runs++
	run := &wire.Run{ID: s.runs, Origin: name, Native: "parago/cells/" + name, Files: map[string]string{"cell·" + name + ".go": fmt.Sprintf("In[%d]", s.runs)}}
	if name == "base" || strings.HasPrefix(name, "map") {
		run.Files["cell·base.go"] = "In[1]"
	}
	var need func(name string)
	need = func(name string) {
		p, ok := built.cells[name]
		if !ok {
			s.t.Fatalf("no cell %s", name)
		}
		for _, path := range p.Imports {
			need(strings.TrimPrefix(path, "parago/cells/"))
		}
		run.Packages = append(run.Packages, p)
	}
	need(name)
	s.mu.Lock()
	s.origin = name
	s.mu.Unlock()
	if err := s.conn.Send(&wire.Message{Run: run}); err != nil {
		s.t.Fatal(err)
	}
}

func (s *session) wait() *wire.Done {
	s.t.Helper()
	select {
	case d := <-s.done:
		return d
	case <-s.ended:
		s.t.Fatalf("the session process has ended; written: %v", s.all())
	case <-time.After(limit):
		s.t.Fatalf("no end of the cell; written: %v", s.all())
	}
	return nil
}

// run runs a cell and returns what it writes and its result, or the error.
func (s *session) run(name string) string {
	s.t.Helper()
	s.start(name)
	return outcome(s.wait(), s.take(name))
}

func outcome(d *wire.Done, written string) string {
	switch {
	case d.Err != nil:
		written += "! " + d.Err.Name + ": " + d.Err.Text + "\n"
		for _, f := range d.Err.Frames {
			written += "  " + f.String() + "\n"
		}
	case d.Result != nil:
		written += "= " + d.Result.Data["text/plain"] + "\n"
	}
	return written
}

// take returns what was written under an origin since the last take.
func (s *session) take(origin string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := s.written[origin]
	delete(s.written, origin)
	return text
}

func (s *session) all() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.written)
}

// await waits until something is written under an origin, and takes it.
func (s *session) await(origin, want string) {
	s.t.Helper()
	timeout := time.After(limit)
	got := ""
	for got += s.take(origin); !strings.Contains(got, want); got += s.take(origin) {
		select {
		case <-s.more:
		case <-timeout:
			s.t.Fatalf("%s wrote %q, want %q", origin, got, want)
		}
	}
}

// interrupt interrupts the cell that runs and returns how long it took to end.
func (s *session) interrupt() (*wire.Done, time.Duration) {
	s.t.Helper()
	begin := time.Now()
	s.conn.Send(&wire.Message{Interrupt: &wire.Interrupt{ID: s.runs}})
	return s.wait(), time.Since(begin)
}

func (s *session) expect(name, want string) {
	s.t.Helper()
	if got := s.run(name); got != want {
		s.t.Errorf("cell %s:\n%s\nwant:\n%s", name, got, want)
	}
}

func TestCompiledCells(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.expect("base", "base runs\n= 16\n")
	s.expect("later", "= 25 6\n")
	s.expect("base", "base runs\n= 16\n")
	s.expect("later", "= 25 6\n")
	s.expect("goexit", "! fatal error: no goroutines (main called runtime.Goexit) - deadlock!\n")
	s.expect("deep", "= 3000000\n")
	s.expect("read", "= 25 10\n")
}

func TestCompiledFailures(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.expect("base", "base runs\n= 16\n")
	s.expect("index", `! panic: runtime error: index out of range [3] with length 3
  In[2]:1 in inner
  In[2]:3 in square
  In[2]:6 in (*T).area
  In[2]:9 in func literal
  In[2]:10 in cell
`)
	s.expect("spawnpanic", "! panic: boom [in a goroutine]\n  In[3]:4 in func literal\n")
	s.expect("unhandled", "! error: open: no such\n  In[4]:5 in cell\n")
	s.expect("exit", "! Exit: os.Exit(3) was called\n")
	s.expect("spawnexit", "! Exit: os.Exit(4) was called\n")
	s.expect("read", "= 16 10\n")
}

// keeps are cells that leave something behind when they are interrupted: what waits for
// a lock, and processes.
var keeps = []string{"stop_waitgroup", "stop_mutex", "stop_rwmutex", "stop_map"}

// TestCompiledInterrupts interrupts cells that would never end. Each ends at once,
// and leaves neither variables changed nor goroutines behind.
func TestCompiledInterrupts(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.expect("base", "base runs\n= 16\n")
	for _, name := range built.names {
		if !strings.HasPrefix(name, "stop_") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			s.t = t
			before := s.run("goroutines")
			s.start(name)
			s.await(name, "running\n")
			d, took := s.interrupt()
			if d.Err == nil || d.Err.Kind != wire.Interrupted || d.Err.Text != "the cell was interrupted" {
				t.Errorf("ended with %+v", d.Err)
			}
			if took > 5*time.Second {
				t.Errorf("took %v", took)
			}
			written := s.take(name)
			switch name {
			case "stop_defers":
				if written != "deferred\n" {
					t.Errorf("deferred calls wrote %q", written)
				}
			default:
				if written != "" {
					t.Errorf("wrote %q", written)
				}
			}
			s.expect("read", "= 16 10\n")
			timeout := time.Now().Add(limit)
			for after := ""; after != before && !slices.Contains(keeps, name); {
				if after = s.run("goroutines"); time.Now().After(timeout) {
					t.Fatalf("goroutines: %s after %s", after, before)
				}
			}
		})
	}
	s.t = t
}

func TestCompiledForeignCall(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.expect("base", "base runs\n= 16\n")
	s.start("foreign")
	s.await("foreign", "running\n")
	d, took := s.interrupt()
	if d.Err == nil || !strings.Contains(d.Err.Text, "cannot be stopped") {
		t.Errorf("ended with %+v", d.Err)
	}
	if took > 5*time.Second {
		t.Errorf("took %v", took)
	}
	s.expect("read", "= 16 10\n")
	s.expect("release", "= 1\n")
	s.expect("read", "= 16 10\n")
	if late := s.take("foreign"); late != "" {
		t.Errorf("an abandoned cell wrote %q", late)
	}
}

func TestCompiledGoroutinesOfEarlierCells(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.expect("base", "base runs\n= 16\n")
	s.expect("ticker", "")
	s.expect("tick", "= 1\n")
	s.start("stop_loop")
	s.await("stop_loop", "running\n")
	s.interrupt()
	s.expect("tick", "= 1\n")
	s.await("ticker", "late\n")
	s.expect("latepanic", "")
	s.expect("letpanic", "= 1\n")
	s.await("latepanic", "panic: late [in a goroutine]\n\tIn[6]:7 in func literal\n")
}

func TestCompiledProcesses(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.expect("base", "base runs\n= 16\n")
	s.expect("map", "[1 4 9] <nil>\n= [16] <nil>\n")
	s.expect("mapvar", "[0 0 0] <nil>\n[1 1 1] <nil>\n[1 2 2] <nil>\n")
	s.expect("maplit", `[5 10] <nil>
procpool: func literal at In[4]:11 cannot cross: it uses a type or a value that has no name outside its function
procpool: strings.ToUpper in a variable cannot cross: write a function literal around it
`)
	s.expect("redefined", "")
	s.expect("mapredefined", "= [-1 -4 -9] <nil>\n")
	s.expect("mapdeath", "= [1 0 3] true\n")
	s.expect("maptypes", "[main.Point of area 6 main.Point {1 0 2} int 7] <nil>\ntrue\n")
	s.expect("base", "base runs\n= 16\n")
	s.expect("mapnested", "= [11 12] <nil>\n")
	s.expect("processes", "Hello, Ann!\nHello, Bob!\nbegin 3\n0 <nil>\n10 <nil>\n20 <nil>\n")
	s.start("mapfail")
	d := s.wait()
	if d.Err == nil || !slices.ContainsFunc(d.Err.Frames, func(f wire.Frame) bool { return strings.HasPrefix(f.String(), "In[1]:10 in fails, in ") }) {
		t.Errorf("a panic in a worker: %+v", d.Err)
	}
}
