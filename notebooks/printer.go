package notebooks

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// A Printer is an Observer that shows a run as text, as it happens.
type Printer struct {
	w        io.Writer
	terminal bool
	current  *Cell // whose code runs, or ran last
	running  bool
	shown    *Cell // whose output was written last
	midline  bool  // the last text had no end of line
	started  int
	screen   screen
}

// NewPrinter returns a Printer that writes to w. On a terminal, headers are dimmed and
// colours are kept; else all is plain text.
func NewPrinter(w io.Writer, terminal bool) *Printer {
	return &Printer{w: w, terminal: terminal}
}

// Pass writes the headings of a text cell.
func (p *Printer) Pass(c *Cell) {
	p.endLine()
	for line := range strings.Lines(c.Source) {
		if c.Type == "markdown" && strings.HasPrefix(line, "#") {
			fmt.Fprintf(p.w, "\n%s\n", strings.TrimSpace(line))
		}
	}
}

// Start writes a cell's header: In [n]: and the first lines of its code.
func (p *Printer) Start(c *Cell) {
	p.endLine()
	p.started++
	p.current, p.shown, p.running = c, c, true
	prompt := fmt.Sprintf("In [%d]: ", p.started)
	for i, line := range preview(c.Source, 3) {
		if i == 0 {
			fmt.Fprintf(p.w, "\n%s\n", p.dim(prompt+line))
			continue
		}
		fmt.Fprintf(p.w, "%s\n", p.dim(strings.Repeat(" ", len(prompt))+line))
	}
}

// Message writes what a cell gave out. Output that comes late is announced with the
// cell that it belongs to.
func (p *Printer) Message(c *Cell, m Message) {
	switch m.Type {
	case "stream":
		p.from(c)
		p.above(func() { p.text(m.Content.Text) })
	case "display_data":
		p.display(c, m)
	case "update_display_data":
		p.update(c, m)
	case "execute_result":
		p.settle()
		p.from(c)
		p.block(fmt.Sprintf("Out[%d]: %s", m.Content.ExecutionCount, plain(m.Content.Data)))
	case "error":
		p.settle()
		p.from(c)
		p.block(errorText(m.Content))
	}
}

// Done ends the cell's part.
func (p *Printer) Done(*Cell) {
	p.settle()
	p.endLine()
	p.running = false
}

// from says whose output follows, when it is not clear from what stands above.
func (p *Printer) from(c *Cell) {
	if c == p.shown {
		return
	}
	p.shown = c
	p.erase()
	p.endLine()
	note := "late output of"
	if c == p.current {
		note = "back to"
	}
	fmt.Fprintf(p.w, "%s\n", p.dim(fmt.Sprintf("(%s In [%d])", note, c.Count)))
}

func (p *Printer) text(s string) {
	if s == "" {
		return
	}
	if !p.terminal {
		s = ansi.ReplaceAllString(s, "")
	}
	io.WriteString(p.w, s)
	p.midline = !strings.HasSuffix(s, "\n")
}

func (p *Printer) block(s string) {
	p.endLine()
	p.text(s)
	p.endLine()
}

func (p *Printer) endLine() {
	if p.midline {
		io.WriteString(p.w, "\n")
	}
	p.midline = false
}

func (p *Printer) dim(s string) string {
	if !p.terminal {
		return s
	}
	return "\x1b[2m" + s + "\x1b[0m"
}

// ansi matches the escape sequences for colours and styles.
var ansi = regexp.MustCompile("\x1b\\[[0-9;]*m")

func errorText(c Content) string {
	if len(c.Traceback) > 0 {
		return strings.Join(c.Traceback, "\n")
	}
	return c.Ename + ": " + c.Evalue
}

// plain is the text of a MIME bundle, or the names of what it holds instead.
func plain(data map[string]any) string {
	if s, ok := data["text/plain"].(string); ok {
		return s
	}
	var types []string
	for mime := range data {
		types = append(types, mime)
	}
	slices.Sort(types)
	return fmt.Sprintf("<%s>", strings.Join(types, ", "))
}

// width is how much of a line of code a header shows.
const width = 100

// imports matches what is of little interest at the top of a cell.
var imports = regexp.MustCompile(`^(\s*import\s*(\([^)]*\)|[^\n]*)\n)+`)

// preview is the first lines of code after the imports, with dots if there are more.
func preview(source string, n int) []string {
	code := strings.TrimSpace(imports.ReplaceAllString(source, ""))
	if code == "" {
		code = strings.TrimSpace(source)
	}
	var lines []string
	for _, line := range strings.Split(code, "\n") {
		if runes := []rune(line); len(runes) > width {
			line = string(runes[:width-1]) + "…"
		}
		if strings.TrimSpace(line) != "" {
			lines = append(lines, line)
		}
	}
	if more := len(lines) - n; more > 1 { // one more line takes no more room than to say so
		lines = append(lines[:n:n], fmt.Sprintf("… (%d more lines)", more))
	}
	return lines
}
