package procpool

import (
	"context"

	"github.com/parago/parago/procpool/internal/share"
)

// Select waits until one of several things is ready and returns its index: a *Queue or *Conn
// when a Get or Recv would return at once, and anything with a method Done() <-chan struct{},
// such as *Process, *Future and context.Context, when that channel is closed. Of
// several that are ready it takes any, each as often. It takes nothing out: where others
// get from the same queue, use TryGet. When ctx is done the index is -1 and the error ctx's
// cause. Python's multiprocessing.connection.wait.
func Select(ctx context.Context, from ...any) (int, error) {
	return share.Select(ctx, this.Space, from)
}
