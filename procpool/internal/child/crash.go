package child

import (
	"bytes"
	"path"
	"runtime"
	"strconv"
	"strings"

	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/host"
	"github.com/parago/parago/procpool/view"
)

// A report is what Go's runtime writes on standard error when it ends a process: a line that
// says why, and then, in hundreds of pieces, the stacks of goroutines. It is held back while it comes.
// If the process has ended by it, one line and the user's own calls are shown in its place; if
// not, it was no report, and all of it is shown. The zero value is ready; its owner guards it.
type report struct {
	held    []byte
	holding bool
	dropped int  // bytes that were too many to hold
	inLine  bool // what was let through last did not end its line
}

// maxHeld bounds what is held back.
const maxHeld = 256 << 10

// reportBegins are the pieces that a report begins with.
var reportBegins = []string{
	"fatal error: ", "panic: ", "runtime: ", "runtime/cgo: ", "unexpected fault address", "[signal ",
	"SIGSEGV: ", "SIGBUS: ", "SIGABRT: ", "SIGQUIT: ", "SIGTRAP: ", "SIGILL: ", "SIGFPE: ", "SIGSYS: ", "SIGSTKFLT: ",
}

// take returns what of a piece is to be shown now.
func (r *report) take(p []byte) []byte {
	switch {
	case r.holding:
		room := max(0, min(len(p), maxHeld-len(r.held)))
		r.held = append(r.held, p[:room]...)
		r.dropped += len(p) - room
		return nil
	case !r.inLine && isReportBegin(p):
		r.holding, r.held = true, append(r.held[:0], p...)
		return nil
	case len(p) > 0:
		r.inLine = p[len(p)-1] != '\n'
	}
	return p
}

// piecewise tells whether a write of a child is one piece here.
const piecewise = runtime.GOOS == "linux"

// isReportBegin tells a report from lines that only look like one: the runtime writes a line piece
// by piece, while programs write whole lines.
func isReportBegin(p []byte) bool {
	return startsWithAny(string(p), reportBegins) && (!piecewise || p[len(p)-1] != '\n')
}

// release returns what was held back of a process that lives, or ended in peace.
func (r *report) release() []byte {
	held := r.held
	if r.dropped > 0 {
		held = append(held, "\n… "+view.Count(r.dropped, "byte")+" more\n"...)
	}
	*r = report{inLine: len(held) > 0 && held[len(held)-1] != '\n'}
	return held
}

// short returns what is shown of a report that the process has ended by, nil if there was none.
func (r *report) short(h *host.Host) []byte {
	if !r.holding {
		return nil
	}
	text := []byte(r.reason() + "\n")
	for _, f := range r.frames(h) {
		text = append(append(append(text, '\t'), f...), '\n')
	}
	*r = report{}
	return text
}

// reason is the line that says why the process ends.
func (r *report) reason() string {
	first := ""
	for line := range strings.Lines(string(r.held)) {
		line = strings.TrimRight(line, "\n")
		if startsWithAny(line, reportBegins[:2]) {
			return line
		}
		if first == "" {
			first = line
		}
	}
	return first
}

// maxReported bounds the frames of a report.
const maxReported = 20

// frames are the calls of the first goroutine that has any of the user's, the innermost first.
func (r *report) frames(h *host.Host) (all []string) {
	lines := strings.Split(string(r.held), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "goroutine ") && len(all) > 0 {
			break
		}
		place, ok := strings.CutPrefix(line, "\t")
		if !ok || i == 0 || len(all) == maxReported {
			continue
		}
		if text, ok := frameText(h, lines[i-1], place); ok {
			all = append(all, text)
		}
	}
	return all
}

// frameText is a call as it is shown, if it is the user's: first and second are its lines in a
// stack, "main.f(0x1, ...)" and "/home/me/f.go:12 +0x1d".
func frameText(h *host.Host, first, second string) (string, bool) {
	if strings.HasPrefix(first, "created by ") {
		return "", false
	}
	function := first
	if i := strings.LastIndexByte(first, '('); i > 0 {
		function = first[:i]
	}
	place, _, _ := strings.Cut(second, " +0x")
	i := strings.LastIndexByte(place, ':')
	if i < 0 {
		return "", false
	}
	line, _ := strconv.Atoi(place[i+1:])
	if h != nil && h.Frame != nil {
		return h.Frame(function, place[:i], line)
	}
	return place + " in " + path.Base(function), !saysNothing(function)
}

// machinery are the packages, beside procpool, whose calls say nothing to a user, and those below them.
var machinery = []string{"runtime", "internal", "reflect"}

func saysNothing(function string) bool {
	for _, p := range machinery {
		if rest, ok := strings.CutPrefix(function, p); ok && rest != "" && (rest[0] == '.' || rest[0] == '/') {
			return true
		}
	}
	return fault.IsMachinery(function)
}

// saysNoMemory tells whether the report says that there was no memory.
func (r *report) saysNoMemory() bool {
	for line := range strings.Lines(string(r.held)) {
		if startsWithAny(line, reportBegins) && hasAny(line, noMemory) {
			return true
		}
	}
	return false
}

// isOfRuntime tells whether the runtime itself has failed, and not the user's code. Then it tells
// more of each goroutine, and of its own stack; or it could not even tell that.
func (r *report) isOfRuntime() bool {
	reason := r.reason()
	if !r.holding || strings.HasPrefix(reason, "panic: ") || hasAny(reason, usersFaults) {
		return false
	}
	return !bytes.Contains(r.held, []byte("\ngoroutine ")) || bytes.Contains(r.held, []byte(" gp=0x")) || bytes.Contains(r.held, []byte("\nruntime stack:"))
}

// usersFaults are what the user's code does, though the runtime tells them as its own.
var usersFaults = []string{"stack overflow", "SIGQUIT", "SIGSYS", "SIGSTKFLT", "fatal error: fault"}
