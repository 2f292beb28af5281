package check_test

import (
	"fmt"
	"go/types"
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
	run(t, s, 2, "type Shower[T any] interface{ Show(T) string; fmt.Stringer }\ntype Box[T any] struct{ V T }\nfunc (b Box[T]) Show(T) string { return fmt.Sprint(b.V) }\nfunc (b Box[T]) String() string { return \"\" }\nboxed := Shower[P](Box[P]{p})")
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
				s.Complete("boxed.", 6)
				s.Complete("var late Shower[int] = Box[int]{}; late.", 40)
				s.Complete("", 0)
				s.Inspect("get()", 1, 1)
				s.Functions()
				s.Variables()
			}
		})
	}
	for i := range 20 {
		u := run(t, s, i+3, fmt.Sprintf("func (p P) M() int { return %d }\nq%d := p\nvar b%[2]d Shower[P] = Box[P]{p}\nfmt.Println(get(), p.M(), b%[2]d, boxed)", i, i))
		for id, obj := range u.Info.Uses { // as those do who write cells
			if id.Name == "p" {
				u.Name(obj)
			}
			types.NewMethodSet(obj.Type())
			if iface, ok := obj.Type().Underlying().(*types.Interface); ok {
				types.Implements(u.Info.Uses[id].Type(), iface)
			}
			_ = types.TypeString(obj.Type(), nil)
		}
	}
	close(stop)
	group.Wait()
}
