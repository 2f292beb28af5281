package interp

import (
	"bytes"
	"strings"
)

// maxHeld bounds how much of what may be a dying process's report is held back.
const maxHeld = 256 << 10

// dying are the beginnings of what the Go runtime writes before it ends a process.
var dying = []string{"fatal error: ", "runtime: ", "panic: ", "SIG", "unexpected fault address", "[signal "}

// lastWords holds back what stderr says from a line on that may be the Go runtime's
// report of a fatal error, which goes on for thousands of lines about the
// interpreter's own calls. If the process lives on, it was the user's and is
// released; else its first paragraph is the reason of the death. The zero value is
// ready; its owner guards it.
type lastWords struct {
	held    []byte
	holding bool
	inLine  bool // the last chunk let through did not end its line
}

// take returns what of a chunk is to be shown now.
func (l *lastWords) take(p []byte) []byte {
	switch {
	case l.holding && len(l.held)+len(p) > maxHeld:
		return nil // nobody writes so much after such a line and lives
	case l.holding:
		l.held = append(l.held, p...)
		return nil
	case !l.inLine && startsDying(p):
		l.holding = true
		l.held = append(l.held[:0], p...)
		return nil
	}
	l.inLine = len(p) > 0 && p[len(p)-1] != '\n'
	return p
}

func startsDying(p []byte) bool {
	for _, start := range dying {
		if bytes.HasPrefix(p, []byte(start)) {
			return true
		}
	}
	return false
}

// release returns what was held back: the process lives.
func (l *lastWords) release() []byte {
	held := l.held
	l.held, l.holding = nil, false
	return held
}

// reason is the line that names the fatal error, "" if none does.
func (l *lastWords) reason() string {
	report, _, _ := strings.Cut(string(l.held), "\n\n")
	first := ""
	for _, line := range strings.Split(report, "\n") {
		if strings.HasPrefix(line, "fatal error: ") || strings.HasPrefix(line, "panic: ") {
			return line
		}
		if first == "" {
			first = line
		}
	}
	return first
}
