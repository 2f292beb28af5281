package procpool

import "github.com/parago/parago/procpool/internal/task"

// MaxCapture is how large, in bytes, what goes along with a function may be: a variable that it
// captures or reads. More is most likely an accident that would cost memory in each worker. R's
// future.globals.maxSize.
const MaxCapture = task.MaxCapture
