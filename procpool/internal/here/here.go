package here

import (
	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/child"
	"github.com/parago/parago/procpool/internal/node"
	"github.com/parago/parago/procpool/internal/share"
)

// A Here is the rooms of one process.
type Here struct {
	*node.Node
	Callees *callee.Table
	Space   *share.Space
	Nursery *child.Nursery
}

// This is the process that we are in: the one thing there is just one of.
var This = newHere()

func newHere() *Here {
	n := node.New()
	space := share.NewSpace(n)
	return &Here{Node: n, Callees: callee.New(n), Space: space, Nursery: child.New(n, space)}
}
