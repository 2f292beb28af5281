package check

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"github.com/parago/parago/interp/cell"
)

// Check types a cell against the session's names. The error is an Errors. Nothing
// in the Scope changes until the Unit is committed.
func (s *Scope) Check(c *cell.Cell) (*Unit, error) { return s.checkIn(c, s.world, false) }

// checkIn checks a cell against the objects of a world, or, if that is nil, as one program: with
// all that the session declares, or, if bodies is set, with what the cell comes to call, and its
// bodies.
func (s *Scope) checkIn(c *cell.Cell, w *world, bodies bool) (u *Unit, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() {
		if v := recover(); v != nil { // go/types has met what it cannot bear
			u, err = nil, Errors{{Msg: fmt.Sprintf("internal error of the type checker: %v", v)}}
		}
	}()
	s.addFiles(c.Fset)
	p, err := s.plan(c, w)
	if err != nil {
		return nil, err
	}
	p.bodies = bodies
	b, err := p.check()
	if err != nil {
		return nil, err
	}
	return p.unit(b), nil
}

// check runs the type checker: once for the types of what the statements declare,
// with all bodies that do not mention it, and again if there are others, until the types stay as they are. What no
// longer fits a redefinition is set aside, and the rest is checked anew.
func (p *plan) check() (*build, error) {
	for {
		p.vars, p.olds = map[string]*variable{}, nil
		b, aside, err := p.settled()
		if err != nil || !aside {
			return b, err
		}
	}
}

// settled is the last build of a check, unless something has been set aside.
func (p *plan) settled() (b *build, aside bool, err error) {
	b = p.round(p.names)
	for rounds := 0; ; rounds++ {
		if p.setAside(b) {
			return nil, true, nil
		}
		if errs := p.errors(b); len(errs) > 0 {
			return nil, false, errs
		}
		if rounds > 0 && (rounds > len(p.hoisted) || p.agrees(b)) {
			return b, false, nil
		}
		p.settle(b)
		if !p.again(b) {
			return b, false, nil
		}
		b = p.round(nil)
	}
}

// setAside looks for errors in earlier declarations that were checked anew, and
// leaves those declarations as they are. It reports whether there were any.
func (p *plan) setAside(b *build) bool {
	found := false
	for _, e := range b.errs {
		if p.tolerated(e) || strings.HasPrefix(e.Msg, "\t") {
			continue
		}
		for old, c := range p.copies {
			if _, done := p.stuck[old]; !done && b.objs[c] != nil && c.contains(e.Pos) && !p.inCell(e) {
				p.stuck[old] = b.words(e.Msg)
				found = true
			}
		}
	}
	return found
}

func (p *plan) inCell(e types.Error) bool { return p.cell.Fset.File(e.Pos) != nil }

// tolerated reports whether an error of go/types is none in a cell: what the top
// level leaves unused, and what comes of the way in which cells are checked.
func (p *plan) tolerated(e types.Error) bool {
	switch {
	case strings.HasPrefix(e.Msg, "declared and not used: "):
		for _, id := range p.hoisted {
			if id.Pos() == e.Pos {
				return true
			}
		}
	case strings.Contains(e.Msg, "already declared through import of "),
		strings.Contains(e.Msg, "already declared through dot-import of "),
		strings.HasSuffix(e.Msg, "generic function is missing function body"),
		strings.HasSuffix(e.Msg, "missing function body"):
		return true
	case strings.HasSuffix(e.Msg, "(no value) used as value"):
		r := p.cell.Result
		return r != nil && e.Pos >= r.Pos() && e.Pos < r.End() && p.noValue(e)
	}
	return false
}

// noValue reports whether an error is about the result as a whole.
func (p *plan) noValue(e types.Error) bool {
	call, ok := ast.Unparen(p.cell.Result).(*ast.CallExpr)
	return ok && (e.Pos == call.Pos() || e.Pos == call.Lparen || e.Pos == call.Rparen || e.Pos == call.Fun.Pos())
}
