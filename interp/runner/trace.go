package runner

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/parago/parago/interp/runner/dyn"
	"github.com/parago/parago/interp/runner/wire"
	"github.com/parago/parago/procpool"
)

// maxTrace bounds how much of a deep unwinding is kept.
const maxTrace = 64 << 10

// A trace is what yaegi writes to: while a panic unwinds a line for each frame, the
// innermost first, also of panics that are recovered; these it collects. All else is
// of the builtins print and println, and goes to stderr.
type trace struct {
	mu    sync.Mutex
	size  int
	lines []traced
}

// A traced line is one that a goroutine has written.
type traced struct {
	goroutine uint64
	text      []byte
}

func (t *trace) Write(p []byte) (int, error) {
	if !traceLine().Match(p) {
		return os.Stderr.Write(p)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.size < maxTrace {
		t.size += len(p)
		t.lines = append(t.lines, traced{dyn.Goroutine(), bytes.Clone(p)})
	}
	return len(p), nil
}

// recovered drops the lines of the calling goroutine: its panic is over.
func (t *trace) recovered() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.lines) == 0 {
		return
	}
	me := dyn.Goroutine()
	t.lines = slices.DeleteFunc(t.lines, func(l traced) bool { return l.goroutine == me })
	t.size = 0
	for _, l := range t.lines {
		t.size += len(l.text)
	}
}

// take returns the frames since the last take.
func (t *trace) take() []frame {
	t.mu.Lock()
	lines := t.lines
	t.lines, t.size = nil, 0
	t.mu.Unlock()
	var text []byte
	for _, l := range lines {
		text = append(text, l.text...)
	}
	return frames(text)
}

// A frame is one of yaegi's, with the lowered name. Its line is left out: it is that
// of any statement of the function that is of the same kind as the one that runs.
type frame struct{ file, name string }

// traceLine is any line that yaegi writes for a frame.
var traceLine = pattern(`^[^ ]*\d+:\d+: panic: .*\(\.\.\.\)\n$`)

// frameLine is one of yaegi's: "In[3]/_.go:7:5: panic: main.f(...)". The base name is
// the one under which yaegi knows all that it evaluates, and its imports.
var frameLine = pattern(`^(In\[\d+\])/_\.go:\d+:\d+: panic: main\.(.*)\(\.\.\.\)$`)

// frames reads the lines that are in cells.
func frames(text []byte) []frame {
	var fs []frame
	for _, line := range bytes.Split(text, []byte("\n")) {
		if m := frameLine().FindSubmatch(line); m != nil {
			fs = append(fs, frame{string(m[1]), string(m[2])})
		}
	}
	return fs
}

// stack returns the calls of the last panic with the lines that are known: of the
// innermost the one that the program has noted (lower.Mark), of the others the one
// at which they mention the next, if there is only one.
//
// Another goroutine may have noted its own line meanwhile. So a line counts only if the
// innermost function has it: that of the trace or, if that is a literal, the one in
// the given lines, which a goroutine began with.
func (i *interpreter) stack(literal lines) []wire.Frame {
	raw := i.trace.take()
	i.mu.Lock()
	defer i.mu.Unlock()
	now := i.now()
	if len(raw) == 0 && now != 0 {
		return []wire.Frame{at(now, "cell")}
	}
	var all []wire.Frame
	for k, f := range raw {
		w := wire.Frame{File: f.file, Func: userName(f.name)}
		mark := 0
		if k == 0 {
			in := i.lines[f.name]
			if strings.HasSuffix(f.name, ".func") {
				in = literal
			}
			mark = in.sure(now)
		} else if sites := i.sites[f.name][raw[k-1].name]; len(sites) == 1 {
			mark = sites[0]
		}
		if mark != 0 {
			w = at(mark, w.Func)
		}
		all = append(all, w)
	}
	return all
}

// innermost is the function with the line that runs, which a program has noted, if it is known.
func (i *interpreter) innermost() []wire.Frame {
	i.mu.Lock()
	defer i.mu.Unlock()
	now := i.now()
	if now == 0 {
		return nil
	}
	for name, l := range i.lines {
		if l != (lines{}) && l.sure(now) == now {
			return []wire.Frame{at(now, userName(name))}
		}
	}
	return []wire.Frame{at(now, "cell")}
}

// lines are marks of a function's first and last line; zero if they are not known.
type lines [2]int

// sure returns a mark if it lies in the lines, else the only one that does.
func (l lines) sure(mark int) int {
	switch {
	case l == lines{}, l[0] <= mark && mark <= l[1]:
		return mark
	case l[0] == l[1]:
		return l[0]
	}
	return 0
}

// at is the frame of a function at a mark.
func at(mark int, name string) wire.Frame {
	return wire.Frame{File: fmt.Sprintf("In[%d]", mark>>16), Line: mark & 0xffff, Func: name}
}

// version is the mark of a redefinition in a name: square۰2.
var version = pattern(`۰\d+`)

// userName is a lowered name as the user wrote it.
func userName(name string) string {
	switch {
	case strings.HasPrefix(name, "cell۰"):
		return "cell"
	case strings.HasPrefix(name, "lit۰"), strings.HasPrefix(name, "func۰"):
		return "func literal"
	}
	return strings.ReplaceAll(version().ReplaceAllString(name, ""), "۰", " ")
}

// frameText is a frame as stack writes it for another process.
var frameText = pattern(`^(In\[\d+\])(?::(\d+))? in (.*)$`)

// remoteFrames are those of the worker that err comes from.
func remoteFrames(err error) (all []wire.Frame) {
	defer func() { recover() }() // of the error's own methods
	var task *procpool.TaskError
	if !errors.As(err, &task) {
		return nil
	}
	for _, line := range strings.Split(task.Stack, "\n") {
		if m := frameText().FindStringSubmatch(line); m != nil {
			n, _ := strconv.Atoi(m[2])
			all = append(all, wire.Frame{File: m[1], Line: n, Func: m[3] + ", in " + task.Worker})
		}
	}
	return all
}
