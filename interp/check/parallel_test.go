package check_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/parago/parago/interp/check"
)

// TestQuestionsWhileCellsAreChecked asks from other goroutines what a front-end asks
// while cells run. The race detector is what judges it.
func TestQuestionsWhileCellsAreChecked(t *testing.T) {
	t.Parallel()
	s := check.NewScope(check.Options{})
	run(t, s, 1, "type P struct{ X int }\np := P{1}\nfunc get() int { return p.X }")
	stop := make(chan struct{})
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				s.Complete("p.", 2)
				s.Inspect("get()", 1, 1)
				s.Variables()
			}
		})
	}
	for i := range 20 {
		u := run(t, s, i+2, fmt.Sprintf("func (p P) M() int { return %d }\nq%d := p\nfmt.Println(get(), p.M())", i, i))
		for id, obj := range u.Info.Uses { // as lowering does
			if id.Name == "p" {
				u.Name(obj)
			}
		}
	}
	close(stop)
	group.Wait()
}
