package notebooks

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// A screen is what a Printer knows of displays that change: progress, blocks of a worker's
// output. On a terminal those that have changed stand below all other output of their
// cell, and are written over; elsewhere, the last state of each is printed when a cell ends.
type screen struct {
	live  []*liveDisplay // that have changed since a cell ended, in the order of their first change
	drawn int            // lines of them that stand at the end of the terminal
	last  string         // id of the display that was printed last, if nothing followed
	lines int            // that it has
}

// A liveDisplay is one that has changed.
type liveDisplay struct {
	id   string
	cell *Cell
	text string
}

// While a display changes, no more of it than this is drawn, so that all fits the terminal.
const (
	liveLines = 5
	liveWidth = 79
)

// isChanging tells by its id that a display will change, while others mostly do not: it is
// something that procpool shows, or how far the kernel is with what a cell waits for.
func isChanging(id string) bool {
	return strings.HasPrefix(id, "procpool-") || strings.HasPrefix(id, "parago-")
}

// display prints what a cell shows.
func (p *Printer) display(c *Cell, m Message) {
	p.from(c)
	text, id := plain(m.Content.Data), m.Content.Transient.DisplayID
	if isChanging(id) || p.terminal && len(p.screen.live) > 0 && id != "" {
		p.update(c, m)
		return
	}
	p.above(func() { p.block(text) })
	p.screen.last, p.screen.lines = id, strings.Count(strings.TrimSuffix(text, "\n"), "\n")+1
}

// update takes in a new state of what a cell has shown.
func (p *Printer) update(c *Cell, m Message) {
	s := &p.screen
	id, text := m.Content.Transient.DisplayID, plain(m.Content.Data)
	if i := slices.IndexFunc(s.live, func(d *liveDisplay) bool { return d.id == id }); i >= 0 {
		s.live[i].text = text
	} else {
		s.live = append(s.live, &liveDisplay{id, c, text})
		if p.terminal && id != "" && id == s.last {
			s.drawn = s.lines // what was printed is written over
		}
	}
	s.last = ""
	switch {
	case !p.running: // no end of a cell will print it
		p.settle()
	case p.terminal:
		p.draw()
	}
}

// above prints something above the displays that change.
func (p *Printer) above(print func()) {
	p.screen.last = ""
	p.erase()
	print()
	if p.terminal {
		p.draw()
	}
}

// draw writes the displays that change over their last state.
func (p *Printer) draw() {
	if p.midline || len(p.screen.live) == 0 { // it would stand in the middle of a line
		return
	}
	p.erase()
	for _, d := range p.screen.live {
		lines := strings.Split(strings.TrimSuffix(ansi.ReplaceAllString(d.text, ""), "\n"), "\n")
		if more := len(lines) - liveLines; more > 0 { // its title and its end
			lines = slices.Concat(lines[:1], []string{"…"}, lines[len(lines)-liveLines+2:])
		}
		for _, line := range lines {
			line = line[strings.LastIndexByte(line, '\r')+1:]
			if runes := []rune(line); len(runes) > liveWidth {
				line = string(runes[:liveWidth])
			}
			io.WriteString(p.w, line+"\n")
		}
		p.screen.drawn += len(lines)
	}
}

// erase takes the displays that change off the terminal.
func (p *Printer) erase() {
	if p.screen.drawn > 0 {
		fmt.Fprintf(p.w, "\x1b[%dA\x1b[J", p.screen.drawn)
		p.screen.drawn = 0
	}
}

// settle prints the last states for good.
func (p *Printer) settle() {
	p.erase()
	live := p.screen.live
	p.screen = screen{}
	for _, d := range live {
		p.from(d.cell)
		p.block(d.text)
	}
}
