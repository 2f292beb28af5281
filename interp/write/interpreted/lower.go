package interpreted

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/parago/parago/interp/check"
)

// A Refusal is valid Go that the interpreter would get wrong.
type Refusal struct {
	Pos       token.Position
	Construct string // "goto out of a range over a function"
	Why       string
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("%s: the interpreter cannot run this: %s: %s", r.Pos, r.Construct, r.Why)
}

// A Lowerer writes the cells of one session. It remembers what the session has loaded, so
// that an instance of a generic function is sent once. One goroutine at a time may use it.
type Lowerer struct {
	sources Sources
	context *types.Context
	library *library
	loaded  map[string]bool // declarations that the session has
}

// Sources are the packages that are known by their source; *check.Scope has them.
type Sources interface {
	Source(path string) (*check.SourcePackage, bool)
}

// New returns the Lowerer of a session whose scope was made with the sources of Library.
func New(s Sources) *Lowerer {
	return &Lowerer{sources: s, context: types.NewContext(), library: newLibrary(s), loaded: map[string]bool{}}
}

// Commit says that the session has loaded p, for as long as it lives. What is not
// committed is sent again when it is needed.
func (l *Lowerer) Commit(p *Program) {
	for _, d := range p.Decls {
		l.loaded[d.Name] = true
	}
}

// Lower writes a checked cell. Its error is a *Refusal.
func (l *Lowerer) Lower(u *check.Unit) (p *Program, err error) {
	c := &cell{
		Lowerer: l, unit: u, decls: map[string]*draft{}, imports: map[string]string{},
		locals: map[types.Object]string{}, recoverCalls: map[*ast.CallExpr]string{},
	}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case refusal:
			p, err = nil, r.Refusal
		default: // a fault of ours takes no session along
			p, err = nil, &Refusal{Pos: c.start(), Construct: "this cell", Why: fmt.Sprintf("the lowering failed: %v", r)}
		}
	}()
	for _, d := range u.Decls {
		c.declare(d)
	}
	p = &Program{}
	for _, v := range u.Vars {
		if v.New {
			p.Vars = append(p.Vars, c.variable(v))
		}
	}
	c.body(p)
	for len(c.queue) > 0 {
		w := c.queue[0]
		c.queue = c.queue[1:]
		w()
	}
	p.Decls = c.ordered()
	c.finish(p)
	return p, nil
}

// A refusal carries a Refusal up to Lower.
type refusal struct{ *Refusal }

// refuse ends Lower.
func (c *cell) refuse(pos token.Position, construct, why string) {
	panic(refusal{&Refusal{Pos: pos, Construct: construct, Why: why}})
}
