package child

import (
	"bytes"
	"slices"
	"strings"
	"syscall"
)

// ranOutOfMemory tells whether a child that has ended did so because there was no memory for
// it: it was killed for that, or Go's runtime gave up, in whatever words, while its memory was limited.
// c.errors is held, and what it holds back not shown yet.
func (c *Child) ranOutOfMemory(code int) bool {
	c.mu.Lock()
	tail, limited := c.tail, c.limited
	c.mu.Unlock()
	switch {
	case code == -int(syscall.SIGKILL):
		return c.nursery.oom.Killed()
	case code == 0 || code < 0 && !crashSignals[syscall.Signal(-code)]:
		return false
	case c.report.saysNoMemory(), raceSaysNoMemory(tail):
		return true
	}
	return limited && (c.report.isOfRuntime() || code < 0 && !c.report.holding)
}

// crashSignals are what ends a process that could not even report.
var crashSignals = map[syscall.Signal]bool{syscall.SIGABRT: true, syscall.SIGSEGV: true, syscall.SIGBUS: true, syscall.SIGTRAP: true, syscall.SIGILL: true}

var noMemory = []string{"out of memory", "cannot allocate memory", "malloc failed", "failed to allocate"}

// raceSaysNoMemory tells whether the race detector has given up, which is no report of the runtime's.
func raceSaysNoMemory(stderr []byte) bool {
	for line := range bytes.Lines(stderr) {
		if bytes.Contains(line, []byte("ThreadSanitizer")) && hasAny(string(line), noMemory) {
			return true
		}
	}
	return false
}

func startsWithAny(line string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(line, w) })
}

func hasAny(line string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(line, w) })
}
