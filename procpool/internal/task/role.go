package task

// Limits are what a worker sets for itself before anything else. They cross with its role.
type Limits struct {
	CPUs   [][]int // one of these sets is its own
	Nice   int
	Memory int64
}

// Any reports whether there is any limit.
func (l *Limits) Any() bool { return l.CPUs != nil || l.Nice != 0 || l.Memory != 0 }

// A LogLevel tells a child what records to send.
type LogLevel struct {
	On    bool
	Level int
}

// A Role is what makes a process out of a spare.
type Role struct {
	Identity   string
	Name       string
	Class      string
	Daemon     bool
	ParentName string
	ParentPID  int
	Limits     Limits
	Slot       int // among the workers of a pool
	Dir        string
	Log        LogLevel
}
