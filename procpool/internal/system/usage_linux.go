package system

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"time"
)

// clockTick is the unit of times in /proc/PID/stat. It is the same on all of Go's systems.
const clockTick = 10 * time.Millisecond

// Usage returns the memory that a process occupies, and the processor time that it has
// used; zeros if it is gone.
func Usage(pid int) (rss int64, cpu time.Duration) {
	return ResidentOf(pid), cpuOf(pid)
}

// ResidentOf is the resident set of a process in bytes.
func ResidentOf(pid int) int64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	fields := bytes.Fields(data)
	if err != nil || len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseInt(string(fields[1]), 10, 64)
	return pages * int64(os.Getpagesize())
}

func cpuOf(pid int) time.Duration {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	fields := bytes.Fields(data[bytes.LastIndexByte(data, ')')+1:]) // the name before may hold anything
	if err != nil || len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(string(fields[11]), 10, 64)
	system, _ := strconv.ParseInt(string(fields[12]), 10, 64)
	return time.Duration(user+system) * clockTick
}

// statusBytes is a line of /proc/PID/status that is in kilobytes.
func statusBytes(pid, name string) int64 {
	data, _ := os.ReadFile("/proc/" + pid + "/status")
	for line := range bytes.Lines(data) {
		key, value, _ := bytes.Cut(line, []byte(":"))
		if string(key) == name {
			n, _ := strconv.ParseInt(string(bytes.TrimSuffix(bytes.TrimSpace(value), []byte(" kB"))), 10, 64)
			return n << 10
		}
	}
	return 0
}
