package gotest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// limitMemory lets the processes that have the mark in their environment grow by a
// gigabyte and no more.
func limitMemory(t *testing.T, mark string) {
	limited := 0
	places, _ := filepath.Glob("/proc/[0-9]*")
	for _, place := range places {
		env, err := os.ReadFile(place + "/environ")
		if err != nil || !bytes.Contains(env, []byte(mark)) {
			continue
		}
		pid, _ := strconv.Atoi(filepath.Base(place))
		size := uint64(virtualSize(place)) + 1<<30
		if err := unix.Prlimit(pid, unix.RLIMIT_AS, &unix.Rlimit{Cur: size, Max: unix.RLIM_INFINITY}, nil); err != nil {
			t.Fatal(err)
		}
		limited++
	}
	if limited == 0 {
		t.Fatal("found no process of the session")
	}
}

// virtualSize is in bytes.
func virtualSize(place string) (size int) {
	status, _ := os.ReadFile(place + "/status")
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmSize:"); ok {
			fmt.Sscan(rest, &size)
		}
	}
	return size << 10
}
