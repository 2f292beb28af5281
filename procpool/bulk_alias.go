package procpool

import "github.com/parago/parago/procpool/internal/task"

// A Content is the encoded value of a variable. It is made by EncodeVariable in one process and decoded
// once in each process that it goes to. The interpreter passes it on in a Unit, and does no more.
type Content = task.Content
