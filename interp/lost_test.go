package interp_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/parago/parago/interp"
	"github.com/parago/parago/interp/celltest/replay"
)

// notices records what is shown that is none of the cells' output.
type notices struct {
	replay.Recorder
	all []string
}

func (n *notices) Display(origin string, d interp.Display) {
	if strings.HasPrefix(d.DisplayID, interp.NoticeID) {
		n.all = append(n.all, fmt.Sprint(d.Data["text/plain"]))
	}
}

// TestLostWritesAreTold runs cells whose functions write to variables that a worker has a copy of.
func TestLostWritesAreTold(t *testing.T) {
	t.Parallel()
	const why = " is written in another process, which has its own, unless the pool is Serial: return the value, or use procpool.NewValue"
	sink := &notices{}
	s := replay.Session(t, interp.Options{Sink: sink, Engine: interp.Interp})
	for n, c := range []struct{ source, want string }{
		{"total, squares, cache := 0, []int{}, map[int]int{}\nfunc add(i int) { total += i }", ""},
		{"pool, here := procpool.NewPool(1), procpool.NewPool(1, procpool.Serial())", ""},
		{"procpool.ForEach(pool, add, []int{1})", "In[3]:1: total" + why},
		{"\nprocpool.ForEach(pool, func(i int) { squares = append(squares, i); total++ }, []int{1})", "In[4]:2: squares" + why + "\nIn[4]:2: total" + why},
		{"procpool.ForEach(here, func(i int) { total += i }, []int{1})", ""},
		{"procpool.Map(pool, func(i int) int { if cache[i] == 0 { cache[i] = 1 }; return cache[i] }, []int{1})", ""},
		{"for i := range 3 { total += i }", ""},
		{"func twice(i int) { add(i); add(i) }", ""},
		{"procpool.ForEach(pool, func(i int) { twice(i) }, []int{1})", "In[9]:1: total" + why},
		{"func add(i int) {}", ""},
		{"procpool.ForEach(pool, func(i int) { twice(i); delete(cache, i) }, []int{1})", "In[11]:1: cache" + why},
	} {
		sink.all = nil
		if _, err := s.Eval(t.Context(), interp.Cell{N: n + 1, Source: c.source, Origin: fmt.Sprint(n + 1)}); err != nil {
			t.Errorf("%s: %v", c.source, err)
		}
		if got := strings.Join(sink.all, "\n"); got != c.want {
			t.Errorf("%s: told %q, want %q", c.source, got, c.want)
		}
	}
}
