// Package here puts the rooms of procpool together for the process that we are in.
//
//	q := share.NewQueue(here.This.Space, 10)
//
// [This] is the only variable of procpool that changes: it is made when the program starts, and lives as long as
// the process. Package procpool and package embed hand what is in it to the rooms; no room reaches up for it.
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
