package node

import "github.com/parago/parago/procpool/broker"

// A passing is a handle of which the broker is told when it goes to another process: an end of a pipe.
type passing interface{ Passing() (id uint64, end int) }

// Pass tells the broker that a handle goes to another process.
func (n *Node) Pass(h any, to string) {
	if c, ok := h.(passing); ok {
		id, end := c.Passing()
		n.Tell(broker.Request{Op: broker.OpPass, ID: id, N: int64(end) | 2, Data: []byte(to)})
	}
}

// PassUp is pass for what goes to the parent.
func (n *Node) PassUp(h any) { n.Pass(h, parentOf(n.Identity)) }
