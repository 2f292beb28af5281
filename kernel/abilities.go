package kernel

import "github.com/parago/parago/interp"

// Abilities are what magics want an Evaluator to be able to do besides running cells. Each is an
// interface beside its magic. An Evaluator that lacks one can be used without that magic.
type Abilities interface {
	declarer   // %ls, %rm, %reset
	engined    // %engine
	functioner // init_x
	lister     // %whos
	measurer   // %timeit
	moduler    // %get, %mod
	overseer   // %procs
	tester     // %test
	vetter     // %vet
}

// Sessions have all of them.
var (
	_ Evaluator = (*interp.Session)(nil)
	_ Abilities = (*interp.Session)(nil)
)
