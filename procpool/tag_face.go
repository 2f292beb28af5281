package procpool

import "github.com/parago/parago/procpool/internal/host"

// Tag says what f, a function value that the caller hands to this package next, is to
// other processes. Compiled cells do so in the argument itself; each Tag is good for one use.
func Tag(f any, is *host.Func) { this.Callees.Tag(f, is) }
