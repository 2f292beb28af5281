package interp_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parago/parago/interp"
)

// limit is how long anything may take on a slow machine before a test gives up.
const limit = 30 * time.Second

// eval runs a cell and returns its plain text.
func eval(t *testing.T, s *interp.Session, source string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	r, err := s.Eval(ctx, interp.Cell{N: 1, Source: source, Origin: "cell"})
	if err != nil {
		return "", err
	}
	text, _ := r.Data["text/plain"].(string)
	return text, nil
}

func mustEval(t *testing.T, s *interp.Session, source string) string {
	t.Helper()
	text, err := eval(t, s, source)
	if err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	return text
}

// kind is that of a cell's error.
func kind(err error) interp.Kind {
	var e *interp.Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return 0
}

// onEngines runs a test on each engine, in parallel.
func onEngines(t *testing.T, name string, test func(t *testing.T, engine interp.Engine)) {
	for _, engine := range engines(t) {
		t.Run(name+"/"+string(engine), func(t *testing.T) {
			t.Parallel()
			test(t, engine)
		})
	}
}

// TestDeaths has cells that kill their process: each is an error that says why, and
// the session goes on with its declarations.
func TestDeaths(t *testing.T) {
	for _, c := range []struct{ name, source, reason string }{
		{"stack overflow in the library", "m := map[string]any{}\nm[\"m\"] = m\nslog.Info(\"all\", \"m\", m)", "stack"},
		{"concurrent map writes", "m := map[int]int{}\nfor g := 0; g < 8; g++ { go func() { for i := 0; ; i++ { m[i%10] = i } }() }\ntime.Sleep(time.Hour)", "concurrent map"},
		{"a signal", "syscall.Kill(os.Getpid(), syscall.SIGKILL)\ntime.Sleep(time.Hour)", "killed by its own code or from outside"},
		{"a signal that asks", "syscall.Kill(os.Getpid(), syscall.SIGTERM)\ntime.Sleep(time.Hour)", "terminated by its own code or from outside"},
	} {
		onEngines(t, c.name, func(t *testing.T, engine interp.Engine) {
			s := newSessionOn(t, nil, engine)
			mustEval(t, s, "kept := 7\nfunc double(n int) int { return 2 * n }")
			_, err := eval(t, s, c.source)
			if kind(err) != interp.Died || !strings.Contains(err.Error(), c.reason) || !strings.Contains(err.Error(), "kept") {
				t.Fatalf("got %v, want a death by %s that names the variable kept", err, c.reason)
			}
			if got := mustEval(t, s, "double(21)"); got != "42" {
				t.Errorf("after the death double(21) = %s", got)
			}
		})
	}
}

// TestInterrupts has cells that never end.
func TestInterrupts(t *testing.T) {
	for _, c := range []struct{ name, source string }{
		{"loop", "for { started() }"},
		{"empty loop", "started()\nfor { }"},
		{"recursion", "func r(n int) int { started(); if n == 0 { return 0 }; return r(n-1) + r(n-1) }\nr(60)"},
		{"receive", "c := make(chan int)\nstarted()\n<-c"},
		{"send", "c := make(chan int)\nstarted()\nc <- 1"},
		{"select", "started()\nselect {}"},
		{"sleep", "started()\ntime.Sleep(time.Hour)"},
		{"wait group", "var wg sync.WaitGroup\nwg.Add(1)\nstarted()\nwg.Wait()"},
		{"mutex", "var mu sync.Mutex\nmu.Lock()\nstarted()\nmu.Lock()"},
		{"command", "started()\nexec.Command(\"sleep\", \"1000\").Run()"},
		{"command with output", "started()\nout, err := exec.Command(\"sh\", \"-c\", \"sleep 1000; echo\").CombinedOutput()"},
		{"started command", "cmd := exec.CommandContext(context.Background(), \"sleep\", \"1000\")\ncmd.Start()\nstarted()\ncmd.Wait()"},
		{"input", "started()\ndisplay.Input(\"name\")"},
	} {
		onEngines(t, c.name, func(t *testing.T, engine interp.Engine) {
			sink := &waitingSink{started: make(chan struct{}, 1), recorder: &recorder{}}
			s := newSessionOn(t, sink, engine)
			mustEval(t, s, "kept := 7\nsaid := false\nfunc started() { if !said { said = true; fmt.Println(\"started\") } }")
			done := make(chan error, 1)
			go func() {
				_, err := s.Eval(context.Background(), interp.Cell{N: 2, Source: c.source, AllowInput: true})
				done <- err
			}()
			select {
			case <-sink.started:
			case err := <-done:
				t.Fatalf("the cell ended: %v", err)
			case <-time.After(limit):
				t.Fatal("the cell does not start")
			}
			s.Interrupt()
			select {
			case err := <-done:
				if kind(err) != interp.Interrupted {
					t.Errorf("got %v, want Interrupted", err)
				}
			case <-time.After(limit):
				t.Fatal("the cell does not end")
			}
			if got := mustEval(t, s, "kept"); got != "7" {
				t.Errorf("kept = %s", got)
			}
		})
	}
}

// A waitingSink tells when something is printed, and has nobody to answer questions.
type waitingSink struct {
	*recorder
	started chan struct{}
}

func (w *waitingSink) Write(string, interp.Stream, []byte) {
	select {
	case w.started <- struct{}{}:
	default:
	}
}

func (w *waitingSink) Input(ctx context.Context, _, _ string, _ bool) (string, error) {
	<-ctx.Done()
	return "", ctx.Err()
}

func TestAClosedSessionRunsNothing(t *testing.T) {
	s := newSession(t, nil)
	mustEval(t, s, "1")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := eval(t, s, "1"); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("got %v, want an error that says closed", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("the second Close: %v", err)
	}
}

func TestExprLeavesNoTrace(t *testing.T) {
	s := newSession(t, nil)
	mustEval(t, s, "x := 20")
	r, err := s.Expr(context.Background(), interp.Cell{Source: "x + 22"})
	if err != nil || r.Data["text/plain"] != "42" {
		t.Fatalf("got %v, %v", r, err)
	}
	if _, err := s.Expr(context.Background(), interp.Cell{Source: "y := 1\ny"}); err != nil {
		t.Fatal(err)
	}
	if _, err := eval(t, s, "y"); kind(err) != interp.CheckError {
		t.Errorf("y is declared: %v", err)
	}
}

func TestInputIsAskedOfTheUser(t *testing.T) {
	s := newSession(t, &recorder{})
	for _, c := range []struct{ source, want string }{
		{`name, _ := display.Input("name: "); name`, "typed"},
		{`var word string; fmt.Scanln(&word); word`, "typed"},
		{`line, _ := bufio.NewReader(os.Stdin).ReadString('\n'); line`, "typed\n"},
	} {
		r, err := s.Eval(context.Background(), interp.Cell{N: 1, Source: c.source, AllowInput: true})
		if err != nil || r.Data["text/plain"] != c.want {
			t.Errorf("%s: got %v, %v", c.source, r, err)
		}
		if _, err := s.Eval(context.Background(), interp.Cell{N: 1, Source: `if _, err := display.Input(""); err != nil { panic(err) }`}); err == nil {
			t.Error("input without a user to ask has no error")
		}
	}
}

// TestAGoroutinePrintsUnderItsCell has a goroutine of the first cell print while the second runs.
func TestAGoroutinePrintsUnderItsCell(t *testing.T) {
	sink := &byOrigin{text: map[string]string{}}
	s := newSession(t, sink)
	for _, c := range []interp.Cell{
		{N: 1, Origin: "first", Source: "next, done := make(chan bool), make(chan bool)\ngo func() { <-next; fmt.Println(\"late\"); done <- true }()"},
		{N: 2, Origin: "second", Source: "fmt.Println(\"now\")\nnext <- true\n<-done"},
	} {
		if _, err := s.Eval(context.Background(), c); err != nil {
			t.Fatal(err)
		}
	}
	if sink.of("first") != "late\n" || sink.of("second") != "now\n" {
		t.Errorf("first: %q, second: %q", sink.of("first"), sink.of("second"))
	}
}

// A byOrigin is a Sink that keeps text by origin.
type byOrigin struct {
	recorder
	mu   sync.Mutex
	text map[string]string // guarded by mu
}

func (b *byOrigin) Write(origin string, _ interp.Stream, p []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text[origin] += string(p)
}

func (b *byOrigin) of(origin string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text[origin]
}
