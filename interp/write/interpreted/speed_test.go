package interpreted_test

import (
	"testing"
	"time"

	"github.com/parago/parago/interp/cell"
	"github.com/parago/parago/interp/check"
	"github.com/parago/parago/interp/write/interpreted"
)

const twelveLines = `type point struct{ x, y int }
func (p point) add(q point) point { return point{p.x + q.x, p.y + q.y} }
func total(ps []point) (t point) {
	for _, p := range ps {
		t = t.add(p)
	}
	return t
}
ps := []point{{1, 2}, {3, 4}}
for i := range ps {
	ps[i].x *= 2
}
fmt.Println(total(ps), len(ps))`

func lowered(t testing.TB, src string) time.Duration {
	scope := check.NewScope(check.Options{Sources: interpreted.Library()})
	l := interpreted.New(scope)
	best := time.Hour
	for n := range 5 {
		c, err := cell.Parse(n+1, src)
		if err != nil {
			t.Fatal(err)
		}
		u, cerr := scope.Check(c)
		if cerr != nil {
			t.Fatal(cerr)
		}
		start := time.Now()
		if _, err := l.Lower(u); err != nil {
			t.Fatal(err)
		}
		best = min(best, time.Since(start))
	}
	return best
}

// A cell of a dozen lines is lowered in a fraction of what a user can notice.
func TestLoweringIsQuick(t *testing.T) {
	best := lowered(t, twelveLines)
	t.Logf("12 lines: %v", best)
	if best > 20*time.Millisecond {
		t.Errorf("lowering 12 lines took %v", best)
	}
}
