package interp_test

import (
	"fmt"
	"runtime"
	"testing"
)

// TestGrowth holds that what a session keeps of a cell does not grow with the session: cells
// that declare functions and variables, and one function time and again, as in a long notebook.
func TestGrowth(t *testing.T) {
	for _, engine := range engines(t) {
		t.Run(string(engine), func(t *testing.T) {
			s := newSessionOn(t, nil, engine)
			mustEval(t, s, "func double(n int) int { return 2 * n }\ndouble(1)")
			mustEval(t, s, "func again(n int) int { return n }\nfunc user() int { return again(1) }")
			n := 0
			grow := func(pairs int) (bytes float64) {
				before := liveHeap()
				for range pairs {
					n++
					mustEval(t, s, fmt.Sprintf("func f%d(n int) int { return double(n) + %[1]d }", n))
					mustEval(t, s, fmt.Sprintf("v%d := double(%[1]d)", n))
					mustEval(t, s, fmt.Sprintf("func again(n int) int { return n + %d }", n))
				}
				return float64(liveHeap()-before) / float64(3*pairs)
			}
			grow(50)
			early := grow(100)
			grow(100)
			late := grow(100)
			t.Logf("%.0f bytes a cell after 100 cells, %.0f after 500", early, late)
			if late > 50_000 || late > 2*early+10_000 {
				t.Errorf("a cell takes %.0f bytes after 100 cells, and %.0f after 500", early, late)
			}
			runtime.KeepAlive(s)
		})
	}
}

// liveHeap is how much memory is live.
func liveHeap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
