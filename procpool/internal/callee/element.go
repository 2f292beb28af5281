package callee

import (
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/view"
)

// ElementPlace is where an element stands among the arguments of a function.
func ElementPlace(flags byte) int {
	if flags&task.WithContext != 0 {
		return 1
	}
	return 0
}

// TakesElement checks that a function takes an element, and nothing else but maybe a context.
func (t *Callee) TakesElement(flags byte) error {
	if n, want := t.Type.NumIn(), ElementPlace(flags)+1; n != want {
		return fault.Errorf("%s takes %s, want %d", t.Name, view.Count(n, "argument"), want)
	}
	return nil
}
