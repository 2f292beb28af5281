package callee

import (
	"sync"
	"testing"

	"github.com/parago/parago/procpool/internal/host"
)

// TestTags hands over function values as compiled cells do.
func TestTags(t *testing.T) {
	c := New(nil)
	named := func(n int) int { return n }
	if got := c.Tagged(named); got == nil {
		t.Error("a value without a tag is not what it was")
	} else if _, ok := got.(*host.Func); ok {
		t.Errorf("a value without a tag is %+v", got)
	}
	var group sync.WaitGroup
	for k := range 100 {
		group.Go(func() {
			f := func(n int) int { return n * k }
			for i := range 100 {
				c.Tag(f, &host.Func{Captures: []any{k, i}, Local: f})
				c.Tag(named, &host.Func{Name: "named", Local: named})
				switch got := c.Tagged(named).(type) {
				case *host.Func:
					if got.Name != "named" {
						t.Errorf("named is %+v", got)
					}
				default:
					t.Errorf("named has lost its tag: %T", got)
				}
				switch got := c.Tagged(f).(type) {
				case *host.Func:
					if got.Captures[0] != k || got.Captures[1] != i {
						t.Errorf("f of %d, %d is %+v", k, i, got)
					}
				default:
					t.Errorf("f has lost its tag: %T", got)
				}
			}
		})
	}
	group.Wait()
	if n := len(c.tags.funcs); n > 0 {
		t.Errorf("%d tags are left", n)
	}
	c.Tag(7, &host.Func{})
	var none func()
	c.Tag(none, &host.Func{})
	if c.Tagged(7) != 7 {
		t.Error("what is no function is not what it was")
	}
	if len(c.tags.funcs) > 0 {
		t.Errorf("tags of what is no function: %v", c.tags.funcs)
	}
}
