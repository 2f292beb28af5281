package process

import (
	"bytes"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/parago/parago/interp/process/wire"
)

// maxTrace bounds how much of a deep unwinding is kept.
const maxTrace = 64 << 10

// A trace is what yaegi writes to: while a panic unwinds a line for each frame, the
// innermost first, also of panics that are recovered; these it collects. All else is
// of the builtins print and println, and goes to stderr.
type trace struct {
	mu  sync.Mutex
	buf []byte
}

func (t *trace) Write(p []byte) (int, error) {
	if !traceLine.Match(p) {
		return os.Stderr.Write(p)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.buf) < maxTrace {
		t.buf = append(t.buf, p...)
	}
	return len(p), nil
}

// take returns the frames since the last take.
func (t *trace) take() []wire.Frame {
	t.mu.Lock()
	buf := t.buf
	t.buf = nil
	t.mu.Unlock()
	return frames(buf)
}

// traceLine is any line that yaegi writes for a frame.
var traceLine = regexp.MustCompile(`^[^ ]*\d+:\d+: panic: .*\(\.\.\.\)\n$`)

// frameLine is one of yaegi's: "In[3]/_.go:7:5: panic: main.f(...)". The base name is
// the one under which yaegi knows all that it evaluates, and its imports.
var frameLine = regexp.MustCompile(`^(In\[\d+\])(?:/_\.go)?:(\d+):(\d+): panic: main\.(.*)\(\.\.\.\)$`)

// frames reads the lines that are in cells.
func frames(text []byte) []wire.Frame {
	var fs []wire.Frame
	for _, line := range bytes.Split(text, []byte("\n")) {
		m := frameLine.FindSubmatch(line)
		if m == nil {
			continue
		}
		l, _ := strconv.Atoi(string(m[2]))
		c, _ := strconv.Atoi(string(m[3]))
		fs = append(fs, wire.Frame{File: string(m[1]), Line: l, Col: c, Func: userName(string(m[4]))})
	}
	return fs
}

// version is the mark of a redefinition in a name: square۰2.
var version = regexp.MustCompile(`۰\d+`)

// userName is a lowered name as the user wrote it.
func userName(name string) string {
	switch {
	case strings.HasPrefix(name, "cell۰"):
		return "cell"
	case strings.HasPrefix(name, "lit۰"), strings.HasPrefix(name, "func۰"):
		return "func literal"
	}
	return strings.ReplaceAll(version.ReplaceAllString(name, ""), "۰", " ")
}
