package rt

import (
	"fmt"
	"io"
	"log"
)

// A Host is told what cells come to: a session or a worker. The cell is that of the
// calling goroutine, nil if it belongs to none. A stack is one of runtime.Callers.
type Host interface {
	Result(c *Cell, values []any)
	Failed(c *Cell, err error, stack []uintptr)
	Panicked(c *Cell, v any, stack []uintptr)
	Overflowed(c *Cell, why string, stack []uintptr) // calls have gone too deep; if it returns, the goroutine ends
	Exit(c *Cell, code int)                          // it may return
	Explain(v any, stack []uintptr) string           // a panic with v, on lines of their own
	Output(c *Cell, text []byte) (int, error)        // of a cell that is not the current one
	Stdin() io.Reader
}

// Use says who is told. It is called once at the start of the process, before cells run.
func Use(h Host) { here.host.Store(&h) }

func host() Host { return *here.host.Load() }

// Result hands over the values of the cell's last expression.
func Result(values ...any) {
	Check()
	host().Result(Here(), values)
}

// Fail ends the cell with an error result that nobody looked at. It returns, and so
// does the cell then.
func Fail(err error) {
	Check()
	host().Failed(Here(), err, callers(1))
}

// Exit is os.Exit in a cell: the cell ends, and the goroutine that called it never goes on,
// nor do its deferred calls run.
func Exit(code int) {
	host().Exit(Here(), code)
	leave()
	select {}
}

// Fatal is log.Fatal in a cell.
func Fatal(v ...any) {
	log.Output(2, fmt.Sprint(v...))
	Exit(1)
}

// Fatalf is log.Fatalf in a cell.
func Fatalf(format string, v ...any) {
	log.Output(2, fmt.Sprintf(format, v...))
	Exit(1)
}

// Fatalln is log.Fatalln in a cell.
func Fatalln(v ...any) {
	log.Output(2, fmt.Sprintln(v...))
	Exit(1)
}
