package local

import (
	"sync"

	"github.com/parago/parago/procpool/internal/node"
	"github.com/parago/parago/procpool/internal/pool"
)

// Serial starts workers that are this process.
type Serial struct {
	node *node.Node

	once     sync.Once
	prepared []byte // what the initializer, if there is one, has come to: it runs once, however many workers there were
}

var _ pool.Starter = (*Serial)(nil)

// NewSerial is for one pool.
func NewSerial(n *node.Node) *Serial { return &Serial{node: n} }

// Start starts a goroutine. Options that are about processes have no effect.
func (s *Serial) Start(start pool.Start) (pool.Worker, error) {
	w := newSerialWorker(s, start.Reports)
	go w.serve() // ends with Quit and Kill
	return w, nil
}

// Most is one: a process has one result of os.Getpid, one TaskIndex, one of each variable.
func (s *Serial) Most(workers int) int { return min(workers, 1) }

// Warm does nothing, since a start costs nothing.
func (s *Serial) Warm(int) {}

// IsReady is true: see Warm.
func (s *Serial) IsReady() bool { return true }

// Keep keeps nothing.
func (s *Serial) Keep(pool.Worker) bool { return false }

// OneByOne is true: what a worker has not begun when it is killed would have to be taken from it.
func (s *Serial) OneByOne() bool { return true }
