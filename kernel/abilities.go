package kernel

import "github.com/parago/parago/interp"

// Abilities are what magics want an Evaluator to be able to do besides running cells. Each is an
// interface beside its magic. An Evaluator that lacks one can be used without that magic.
type Abilities interface {
	engined  // %engine
	lister   // %whos
	measurer // %timeit
	moduler  // %get, %mod
	overseer // %procs
	tester   // %test
	vetter   // %vet
}

// Sessions have all of them.
var (
	_ Evaluator = (*interp.Session)(nil)
	_ Abilities = (*interp.Session)(nil)
)
