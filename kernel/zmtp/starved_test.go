//go:build unix

package zmtp

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// cpu asks a child for the processor time that it has used.
func cpu(t *testing.T, c *program) time.Duration {
	t.Helper()
	c.tell("cpu")
	for {
		var ms int
		if _, err := fmt.Sscanf(c.line(), "cpu %d", &ms); err == nil {
			return time.Duration(ms) * time.Millisecond
		}
	}
}

func TestNoDescriptorsLeft(t *testing.T) {
	t.Parallel()
	c := startChild(t, "echo", 40)
	var crowd []raw
	for range 60 {
		crowd = append(crowd, rawTCP(t, c.hello))
	}
	for !strings.Contains(c.line(), "too many open files") {
	}
	before := cpu(t, c)
	time.Sleep(2 * time.Second) // the time over which it must not spin
	if used := cpu(t, c) - before; used > 500*time.Millisecond {
		t.Errorf("used %v of processor time in two seconds without a descriptor", used)
	}
	for _, r := range crowd {
		r.Close()
	}
	p := pyzmq(t, "DEALER", c.hello)
	p.want("send served again", "sent")
	p.want("recv", "served again")
}

// stats asks a child for its goroutines and open files.
func stats(t *testing.T, c *program) string {
	t.Helper()
	c.tell("stats")
	for {
		if l := c.line(); strings.Contains(l, "goroutines") {
			return l
		}
	}
}

func TestKilledClientsLeaveNothingBehind(t *testing.T) {
	t.Parallel()
	c := startChild(t, "flow", 0)
	before := stats(t, c)
	for range 10 {
		p := pyzmq(t, "SUB", c.hello, "subscribe=")
		p.want("flow", "flowing")
		p.cmd.Process.Kill()
	}
	for i := range 400 {
		r := rawTCP(t, c.hello)
		if i%2 == 0 {
			r.write(greeting("NULL")[:i%64])
		}
		r.Close()
	}
	eventually(t, fmt.Sprintf("the child has %s again", before), func() bool {
		return stats(t, c) == before
	})
}
