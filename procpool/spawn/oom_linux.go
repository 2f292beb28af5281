package spawn

import (
	"bytes"
	"os"
	"strconv"
)

// oomKills counts the processes that the system has killed because there was no memory
// left: in our control group, or, if that does not say, anywhere.
func oomKills() (n int64, ok bool) {
	groups, _ := os.ReadFile("/proc/self/cgroup")
	for line := range bytes.Lines(groups) {
		fields := bytes.SplitN(bytes.TrimSpace(line), []byte(":"), 3)
		if len(fields) < 3 {
			continue
		}
		path := string(fields[2])
		var files []string
		switch string(fields[1]) {
		case "": // version 2
			files = []string{"/sys/fs/cgroup" + path + "/memory.events", "/sys/fs/cgroup/memory.events"}
		case "memory":
			files = []string{"/sys/fs/cgroup/memory" + path + "/memory.oom_control", "/sys/fs/cgroup/memory/memory.oom_control"}
		}
		for _, name := range files { // in a container the path may be that of outside
			if n, ok := counterIn(name, "oom_kill"); ok {
				return n, true
			}
		}
	}
	return counterIn("/proc/vmstat", "oom_kill")
}

// counterIn finds a line "name number" in a file.
func counterIn(file, name string) (int64, bool) {
	data, err := os.ReadFile(file)
	if err != nil {
		return 0, false
	}
	for line := range bytes.Lines(data) {
		fields := bytes.Fields(line)
		if len(fields) == 2 && string(fields[0]) == name {
			n, err := strconv.ParseInt(string(fields[1]), 10, 64)
			return n, err == nil
		}
	}
	return 0, false
}
