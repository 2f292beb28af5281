package screen

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/parago/parago/procpool/view"
)

// A console is standard error, with a line of progress at its end if it is a terminal.
// What workers write goes above that line.
type console struct {
	look     sync.Once
	terminal bool

	mu      sync.Mutex
	active  []any // that are not over, oldest first; guarded by mu, as is the rest
	drawn   int   // characters of the line that is there
	line    string
	midline bool // the last output had no end of line: nothing can be drawn
}

// consoleWidth is as wide as a line may be in any terminal.
const consoleWidth = 79

func (c *console) isTerminal() bool {
	c.look.Do(func() { c.terminal = os.Getenv("TERM") != "dumb" && isTerminal(os.Stderr) })
	return c.terminal
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

// progress draws a state of g. Of several, the oldest is drawn until it is over.
func (c *console) progress(g any, p view.Progress) {
	terminal := c.isTerminal()
	c.mu.Lock()
	defer c.mu.Unlock()
	if !terminal {
		if p.Over {
			os.Stderr.WriteString(p.Line() + "\n")
		}
		return
	}
	if p.Over {
		c.active = slices.DeleteFunc(c.active, func(a any) bool { return a == g })
		c.erase()
		if c.midline {
			os.Stderr.WriteString("\n")
			c.midline = false
		}
		os.Stderr.WriteString(clip(p.String()) + "\n")
		c.line = ""
		return
	}
	if !slices.Contains(c.active, g) {
		c.active = append(c.active, g)
	}
	if c.active[0] == g {
		c.line = clip(p.String())
		c.draw()
	}
}

func clip(s string) string {
	for utf8.RuneCountInString(s) > consoleWidth {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}

// draw writes the line over itself. Spaces cover what was longer: not every
// terminal knows how to erase.
func (c *console) draw() {
	if c.midline || c.line == "" {
		return
	}
	n := utf8.RuneCountInString(c.line)
	os.Stderr.WriteString("\r" + c.line + strings.Repeat(" ", max(0, c.drawn-n)))
	c.drawn = n
}

func (c *console) erase() {
	if c.drawn > 0 {
		os.Stderr.WriteString("\r" + strings.Repeat(" ", c.drawn) + "\r")
		c.drawn = 0
	}
}

// write writes what a child has written, above the line.
func (c *console) write(f *os.File, data []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.active) == 0 {
		f.Write(data)
		return
	}
	c.erase()
	f.Write(data)
	c.midline = !bytes.HasSuffix(data, []byte("\n"))
	c.draw()
}
