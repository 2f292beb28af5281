package interp

import (
	"cmp"
	"fmt"

	"github.com/parago/parago/interp/cell"
	"github.com/parago/parago/interp/check"
	"github.com/parago/parago/interp/vet"
)

// A Finding is what `go vet` has to say about a place in a cell: String is it on one line.
type Finding struct {
	Cell      int // In[Cell]
	Line, Col int // 1-based
	Message   string
	Analyzer  string // of go vet, which says it
}

// String is the finding on one line: "In[3]:2:5: self-assignment of x (assign)".
func (f Finding) String() string {
	return fmt.Sprintf("In[%d]:%d:%d: %s (%s)", f.Cell, f.Line, f.Col, f.Message, f.Analyzer)
}

// Vet looks at a cell as `go vet` does, without running it, or at what the session has
// declared if the cell is empty. The error, if the cell is no Go, is an *Error.
func (s *Session) Vet(c Cell) ([]Finding, error) {
	p, err := s.program(c)
	if err != nil {
		return nil, s.describe(err)
	}
	var all []Finding
	for _, f := range vet.Look(p) {
		found := Finding{Line: f.Pos.Line, Col: f.Pos.Column, Message: f.Message, Analyzer: f.Analyzer}
		fmt.Sscanf(f.Pos.Filename, "In[%d]", &found.Cell)
		all = append(all, found)
	}
	return all, nil
}

func (s *Session) program(c Cell) (*check.Program, error) {
	if c.Source == "" {
		return s.names().Program(), nil
	}
	s.mu.Lock()
	s.sources[fmt.Sprintf("In[%d]", c.N)] = cmp.Or(c.Text, c.Source)
	s.mu.Unlock()
	parsed, err := cell.Parse(c.N, c.Source)
	if err != nil {
		return nil, err
	}
	return s.names().ProgramOf(parsed)
}
