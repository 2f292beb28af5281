package task

// A Definition is what crosses of a function.
type Definition struct {
	Name   string
	Entry  string
	Mode   int // how captures are used
	Result string
}

const (
	capturesNone     = iota
	CapturesFactory  // entry(captures...) returns the function
	CapturesReceiver // the function is entry, with captures before its arguments
)
