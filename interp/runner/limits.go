package runner

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// A fullError says that a plugin could not be opened since the system lets a process have no more
// of something that each compiled cell takes.
type fullError struct {
	err    error
	remedy string
}

func (e *fullError) Error() string { return e.err.Error() + ": " + e.remedy }
func (e *fullError) Unwrap() error { return e.err }

// nearLimit is how much of what the system allows may be left when it refuses more.
const nearLimit = 100

// full finds out whether a limit is why a plugin was not opened; else err stays as it is.
func full(err error, mapped, allowed int) error {
	switch {
	case allowed > 0 && mapped > allowed-nearLimit:
		return &fullError{err, fmt.Sprintf("the process has %d mappings of memory, two for each compiled cell, and the system allows %d (vm.max_map_count). "+
			"Restart the kernel and run the cells that you still need, or raise the limit: sudo sysctl -w vm.max_map_count=%d", mapped, allowed, 4*allowed)}
	case strings.Contains(err.Error(), "oo many open files"):
		return &fullError{err, "close files that cells have opened, or raise the limit before the kernel starts: ulimit -n 4096"}
	}
	return err
}

// mappings are how many parts of memory the process has mapped, and how many it may have; 0 where
// the system does not tell.
func mappings() (mapped, allowed int) {
	maps, _ := os.ReadFile("/proc/self/maps")
	limit, _ := os.ReadFile("/proc/sys/vm/max_map_count")
	allowed, _ = strconv.Atoi(strings.TrimSpace(string(limit)))
	return bytes.Count(maps, []byte("\n")), allowed
}
