package screen

// A Mode is how what a process writes is handed over. Package procpool names it OutputMode, and says what
// users may rely on.
type Mode int

// The modes of output.
const (
	Raw       Mode = iota // each write as it is
	Lines                 // whole lines
	Prefixed              // whole lines, with the name of the process
	Grouped               // a block for each process
	Discarded             // nothing
)

var modes = [...]string{"raw", "lines", "prefixed", "grouped", "discarded"}

// String is the mode's name, in small letters.
func (m Mode) String() string {
	if !m.Valid() {
		return "unknown"
	}
	return modes[m]
}

// Valid tells the modes that there are.
func (m Mode) Valid() bool { return m >= 0 && int(m) < len(modes) }

// A Voice is how a child's output is handed over: on whose behalf, and in what form.
type Voice struct {
	Origin string
	Mode   Mode
}

// A Printer hands over what a child writes in a form of its own. Streams may be written
// at the same time.
type Printer interface {
	Write(stderr bool, data []byte)
	// Pause is called when all that a task has written was handed to write, before its result
	// is handed over.
	Pause()
	// End is called after all else.
	End()
}

// NewPrinter returns nil for Raw.
func (s *Screen) NewPrinter(v Voice, name string) Printer {
	switch v.Mode {
	case Lines:
		return &linePrinter{screen: s, origin: v.Origin}
	case Prefixed:
		return &linePrinter{screen: s, origin: v.Origin, prefix: "[" + name + "] "}
	case Grouped:
		return newGroup(s, v.Origin, name)
	case Discarded:
		return noPrinter{}
	}
	return nil
}

type noPrinter struct{}

func (noPrinter) Write(bool, []byte) {}
func (noPrinter) Pause()             {}
func (noPrinter) End()               {}
