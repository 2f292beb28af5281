package procpool

import (
	"bytes"
	"slices"
	"strings"
	"syscall"
)

// ranOutOfMemory tells whether a child that has ended did so because there was no memory for
// it: it was killed for that, or Go's runtime gave up.
func (c *child) ranOutOfMemory(code int) bool {
	c.mu.Lock()
	said, limited := c.said, c.limited
	c.mu.Unlock()
	switch code {
	case -int(syscall.SIGKILL):
		return this.oom.Killed()
	case -int(syscall.SIGABRT): // C's way to give up
		return said.noMemory || limited && said.crashed
	}
	return code > 0 && (said.noMemory || limited && said.crashed)
}

// lastWords is what Go's runtime has said on standard error about why it ends the process. A
// long dump of stacks follows, so that it may not be among the last lines.
type lastWords struct {
	noMemory bool // there is no memory
	crashed  bool // no thread could be started, or the runtime itself failed: where memory is limited, it got none and did not look
}

// The runtime's words by what they mean. A line is written piece by piece, and begins with
// one of runtimeSpeaks. That users may write such a line is why the way it ended counts, too.
var (
	runtimeSpeaks = []string{"fatal error: ", "runtime: ", "runtime/cgo: ", "SIGSEGV: "}
	raceSpeaks    = "ThreadSanitizer" // anywhere in a line
	noMemory      = []string{"out of memory", "cannot allocate memory", "malloc failed", "failed to allocate"}
	crashed       = []string{"failed to create new OS thread", "pthread_create failed", "unexpected signal", "segmentation violation", "failed to reserve"}
)

// hear takes in the end of a child's standard error, of which the last n bytes are new.
func (l *lastWords) hear(stderr []byte, n int) {
	begin := bytes.LastIndexByte(stderr[:len(stderr)-n], '\n') + 1
	for line := range strings.Lines(string(stderr[begin:])) {
		if !startsWithAny(line, runtimeSpeaks) && !strings.Contains(line, raceSpeaks) {
			continue
		}
		l.noMemory = l.noMemory || hasAny(line, noMemory)
		l.crashed = l.crashed || hasAny(line, crashed)
	}
}

func startsWithAny(line string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(line, w) })
}

func hasAny(line string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(line, w) })
}
