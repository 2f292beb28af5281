package command

import (
	"context"
	"fmt"
	"time"

	"github.com/parago/parago/interp"
)

// selfTests are cells and what they must come to. They share a session.
func selfTests() []struct{ about, source, want string } {
	return []struct{ about, source, want string }{
		{"an interpreter process adds 1 and 1", "1 + 1", "2"},
		{"two worker processes square three numbers", `
			func doctorSquare(n int) int { return n * n }
			doctorPool := procpool.NewPool(2)
			defer doctorPool.Close()
			doctorSquares, doctorErr := procpool.Map(doctorPool, doctorSquare, []int{1, 2, 3})
			fmt.Sprint(doctorSquares, doctorErr)`, `[1 4 9] <nil>`},
	}
}

// selfTest runs cells in a session of its own, as a kernel would.
func selfTest(ctx context.Context) []finding {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	s, err := interp.New(interp.Options{})
	if err != nil {
		return []finding{{broken, fmt.Sprintf("start an interpreter process: %v", err), ""}}
	}
	defer s.Close()
	var found []finding
	for i, t := range selfTests() {
		start := time.Now()
		f := finding{ok, "", ""}
		got, err := s.Eval(ctx, interp.Cell{N: i + 1, Source: t.source})
		switch {
		case err != nil:
			f.state, f.text = broken, fmt.Sprintf("%s: %v", t.about, err)
		case !shows(got, t.want):
			f.state, f.text = broken, fmt.Sprintf("%s: got %v, want %s", t.about, got.Data["text/plain"], t.want)
		default:
			f.text = fmt.Sprintf("%s, in %v", t.about, time.Since(start).Round(time.Millisecond))
		}
		found = append(found, f)
	}
	return found
}

// shows compares a result's text with what is wanted. A string may be shown quoted.
func shows(r *interp.Result, want string) bool {
	if r == nil {
		return false
	}
	text := r.Data["text/plain"]
	return text == want || text == fmt.Sprintf("%q", want)
}
