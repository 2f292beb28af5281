package procpool

import (
	"github.com/parago/parago/procpool/internal/local"
	"github.com/parago/parago/procpool/internal/pool"
)

// Serial has a pool run its tasks in this process, one after the other, instead of in workers: for
// breakpoints, for profiles, and where processes cannot be started. Arguments and results cross as
// they do otherwise, by value, and errors and panics are the same. What a function literal captures
// is shared, as are variables. Nothing can be killed here: a task that is cancelled, or has taken
// too long, is left running and its result dropped; and os.Exit ends the program. Options that are
// about processes have no effect. A task must not wait for another call of its own pool.
// Joblib's n_jobs=1.
func Serial() PoolOption {
	return func(o *pool.Options) { o.Start = local.NewSerial(this.Node) }
}
