package interp

import (
	"fmt"
	"strings"

	"github.com/parago/parago/interp/cell"
	"github.com/parago/parago/interp/check"
)

// The methods here ask what the session knows. They run nothing, change nothing,
// and may be called while a cell runs.

// names is what the session knows.
func (s *Session) names() *check.Scope {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.scope
}

// IsComplete says whether a front-end should run src or ask for another line, and
// how far to indent that.
func (s *Session) IsComplete(src string) (c Completeness, indent string) {
	status, indent := cell.Completeness(src)
	return Completeness(status), indent
}

// Complete says what may stand in src at the cursor, counted in code points.
func (s *Session) Complete(src string, cursor int) Completion {
	found := s.names().Complete(src, cursor)
	c := Completion{Start: found.Start, End: found.End}
	for _, item := range found.Items {
		c.Matches = append(c.Matches, Match(item))
	}
	return c
}

// Inspect says what the name at the cursor, counted in code points, stands for,
// with its source if detail is 1 and the session declares it.
func (s *Session) Inspect(src string, cursor, detail int) (Bundle, bool) {
	found, ok := s.names().Inspect(src, cursor, detail)
	if !ok {
		return nil, false
	}
	return Bundle{"text/plain": inspectionText(found), "text/markdown": inspectionMarkdown(found)}, true
}

func inspectionText(i check.Inspection) string {
	parts := []string{i.Decl}
	if i.Source != "" {
		parts = []string{i.Source}
	}
	if i.Doc != "" {
		parts = append(parts, strings.TrimSpace(i.Doc))
	}
	if i.Cell > 0 {
		parts = append(parts, fmt.Sprintf("declared in In[%d]", i.Cell))
	}
	return strings.Join(parts, "\n\n")
}

func inspectionMarkdown(i check.Inspection) string {
	code := i.Decl
	if i.Source != "" {
		code = i.Source
	}
	parts := []string{"```go\n" + code + "\n```"}
	if i.Doc != "" {
		parts = append(parts, strings.TrimSpace(i.Doc))
	}
	if i.Cell > 0 {
		parts = append(parts, fmt.Sprintf("*declared in `In[%d]`*", i.Cell))
	}
	return strings.Join(parts, "\n\n")
}

// A Variable is one of the session's.
type Variable struct {
	Name string
	Type string
	Cell int // that declared it
}

// Variables lists the session's variables by name.
func (s *Session) Variables() []Variable {
	var all []Variable
	for _, v := range s.names().Variables() {
		all = append(all, Variable(v))
	}
	return all
}
