package celltest

import (
	"fmt"
	"os"
	"regexp"
	"strings"
)

// A File is a file of cases.
type File struct {
	Path  string
	About string // what stands before the first case
	Cases []*Case
}

// A Case is a session: cells that see what earlier ones have declared.
type Case struct {
	Name  string // without the marks
	Marks []string
	Line  int // of the name
	Cells []*Cell

	file string
}

// A Cell is one cell and what is expected of it.
type Cell struct {
	Source string
	Want   string // the answer, without "." for nothing and without the last newline
	Line   int    // of the first line

	got *string // what came instead, if Expect was called
}

// Read reads a file.
func Read(path string) (*File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parse(path, string(data))
}

func parse(path, text string) (*File, error) {
	p := parser{file: &File{Path: path}}
	for n, line := range strings.Split(text, "\n") {
		if err := p.line(n+1, line); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, n+1, err)
		}
	}
	p.endCell()
	p.file.About = strings.TrimSpace(p.about.String())
	return p.file, nil
}

// A parser takes a file line by line.
type parser struct {
	file   *File
	about  strings.Builder
	c      *Case
	source []string // of the cell that has begun
	want   []string
	begun  int // the cell's first line
}

func (p *parser) line(n int, line string) error {
	source, isSource := cutSource(line)
	switch {
	case strings.HasPrefix(line, "== "):
		p.endCell()
		p.c = newCase(p.file.Path, n, line[len("== "):])
		p.file.Cases = append(p.file.Cases, p.c)
	case p.c == nil:
		p.about.WriteString(line + "\n")
	case isSource:
		if len(p.want) > 0 {
			p.endCell()
		}
		if len(p.source) == 0 {
			p.begun = n
		}
		p.source = append(p.source, source)
	case len(p.source) > 0:
		p.want = append(p.want, line)
	case strings.TrimSpace(line) != "":
		return fmt.Errorf("%q answers no cell: cells have \"> \" before each line", line)
	}
	return nil
}

func (p *parser) endCell() {
	if len(p.source) > 0 {
		cell := &Cell{Source: strings.Join(p.source, "\n"), Want: readAnswer(p.want), Line: p.begun}
		p.c.Cells = append(p.c.Cells, cell)
	}
	p.source, p.want = nil, nil
}

func cutSource(line string) (string, bool) {
	if line == ">" {
		return "", true
	}
	return strings.CutPrefix(line, "> ")
}

var marks = regexp.MustCompile(` \[([a-z][a-z0-9.]*(?: [a-z0-9.]+)*)\]$`)

func newCase(file string, line int, title string) *Case {
	c := &Case{Name: strings.TrimSpace(title), Line: line, file: file}
	if m := marks.FindStringSubmatch(c.Name); m != nil {
		c.Name = strings.TrimSpace(strings.TrimSuffix(c.Name, m[0]))
		c.Marks = strings.Fields(m[1])
	}
	return c
}

// String is the file with the answers that came in place of those that were expected.
func (f *File) String() string {
	var b strings.Builder
	if f.About != "" {
		b.WriteString(f.About + "\n")
	}
	for _, c := range f.Cases {
		if b.Len() > 0 {
			b.WriteString("\n")
		}
		b.WriteString("== " + c.title() + "\n")
		for _, cell := range c.Cells {
			for line := range strings.SplitSeq(cell.Source, "\n") {
				b.WriteString(strings.TrimSuffix("> "+line, " ") + "\n")
			}
			b.WriteString(writeAnswer(cell.answer()) + "\n")
		}
	}
	return b.String()
}

func (c *Case) title() string {
	if len(c.Marks) == 0 {
		return c.Name
	}
	return c.Name + " [" + strings.Join(c.Marks, " ") + "]"
}
