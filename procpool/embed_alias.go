package procpool

import (
	"github.com/parago/parago/procpool/internal/host"
	"github.com/parago/parago/procpool/internal/task"
)

// What those use who evaluate cells.
type (
	Host    = host.Host
	Func    = host.Func
	Unit    = host.Unit
	Linker  = host.Linker
	Runner  = host.Runner
	Content = task.Content
)
