//go:build unix && !linux

package system

import (
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// Usage asks the command ps: the system calls for it are not Go's to make. It returns the
// memory that a process occupies, and the processor time that it has used; zeros
// if it is gone.
func Usage(pid int) (rss int64, cpu time.Duration) {
	out, err := exec.Command("ps", "-o", "rss=,time=", "-p", strconv.Itoa(pid)).Output()
	fields := strings.Fields(string(out))
	if err != nil || len(fields) < 2 {
		return 0, 0
	}
	kilobytes, _ := strconv.ParseInt(fields[0], 10, 64)
	return kilobytes << 10, clockTime(fields[1])
}

// ResidentOf is the resident set of a process in bytes.
func ResidentOf(pid int) int64 {
	rss, _ := Usage(pid)
	return rss
}

// clockTime reads [[days-]hours:]minutes:seconds.
func clockTime(s string) time.Duration {
	var seconds, days float64
	if first, rest, ok := strings.Cut(s, "-"); ok {
		days, _ = strconv.ParseFloat(first, 64)
		s = rest
	}
	for part := range strings.SplitSeq(s, ":") {
		n, _ := strconv.ParseFloat(part, 64)
		seconds = seconds*60 + n
	}
	return time.Duration((days*24*60*60 + seconds) * float64(time.Second))
}
