package node

import (
	"strconv"
	"strings"
)

// Reserve gives a child to be its identity and, if it has none, its name.
func (n *Node) Reserve(class, name string) (identity, _ string) {
	identity = strconv.FormatInt(n.counter.Add(1), 10)
	if n.Identity != "" {
		identity = n.Identity + ":" + identity
	}
	if name == "" {
		name = class + "-" + identity
	}
	return identity, name
}

// IsOurs reports whether an identity was given out by this process. One that was not is of
// a process made before this one was told who it is.
func (n *Node) IsOurs(identity string) bool { return parentOf(identity) == n.Identity }

// parentOf returns the identity of the parent, "" for the root.
func parentOf(identity string) string {
	return identity[:max(0, strings.LastIndexByte(identity, ':'))]
}

// MaxDepth is how deeply processes may start processes.
const MaxDepth = 10

// Depth is how deeply a process is nested: 0 for the root.
func Depth(identity string) int {
	if identity == "" {
		return 0
	}
	n := 1
	for _, c := range identity {
		if c == ':' {
			n++
		}
	}
	return n
}
