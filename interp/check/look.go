package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/parago/parago/interp/cell"
)

// cursorName stands in a text where the cursor is.
const cursorName = "cursor۰"

// A look is the checked form of a text that is still being written.
type look struct {
	plan  *plan
	build *build
	id    *ast.Ident        // at the cursor; nil if there is none
	sel   *ast.SelectorExpr // that the identifier ends, if it does
	lit   *ast.CompositeLit // whose element or key it is, if it is
	wants func(name string) bool
}

// look checks a text as far as that goes, against the session's objects as Check does, and finds
// the identifier that begins at a byte offset. It also has the build see those of the session's names that
// are wanted, unless the cursor is behind a dot. The caller holds s.mu.
func (s *Scope) look(src string, at int, wants func(name string) bool) *look {
	c := cell.ParsePartial(0, src)
	c.Fset.Iterate(func(f *token.File) bool {
		if s.fset.File(token.Pos(f.Base())) == nil && s.fset.File(token.Pos(f.Base()+f.Size())) == nil {
			s.fset.AddExistingFiles(f)
		}
		return true
	})
	defer c.Fset.Iterate(func(f *token.File) bool { s.fset.RemoveFile(f); return true })
	l := &look{plan: s.newPlan(c, s.world), wants: wants}
	l.find(at)
	l.check()
	return l
}

// check runs the type checker, a second time if functions see variables of the text.
// A tree with holes may be more than go/types can bear: then nothing is known.
func (l *look) check() {
	p := l.plan
	defer func() {
		if recover() != nil && l.build == nil {
			l.build = p.s.whole(false)
		}
	}()
	p.hoist(p.cell.Stmts)
	_ = p.imports()
	p.declare()
	p.autoImport()
	v, fresh := p.view()
	l.build = l.round(v, fresh, p.names)
	if len(p.hoisted) == 0 || len(p.cell.Decls) == 0 {
		return
	}
	p.settle(l.build)
	v, fresh = p.view()
	l.build = l.round(v, fresh, nil)
}

func (l *look) round(v *view, fresh []*decl, unknown map[string]bool) *build {
	b := l.plan.newRound(v, fresh, unknown, l.wanted()...)
	b.run(l.plan.s.lib, l.plan.s.fset)
	return b
}

// wanted are names of the session that the text need not mention.
func (l *look) wanted() (names []string) {
	if l.sel != nil {
		return nil
	}
	for _, name := range l.plan.s.view.keys() {
		if l.wants(name) {
			names = append(names, name)
		}
	}
	return names
}

// find looks for the identifier that begins at a byte offset.
func (l *look) find(at int) {
	c := l.plan.cell
	visit := func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if l.offset(n.Sel) == at {
				l.sel, l.id = n, n.Sel
			}
		case *ast.CompositeLit:
			for _, e := range n.Elts {
				if id, ok := e.(*ast.Ident); ok && l.offset(id) == at {
					l.lit = n
				}
			}
		case *ast.Ident:
			if l.id == nil && l.offset(n) == at {
				l.id = n
			}
		}
		return true
	}
	for _, d := range c.Decls {
		ast.Inspect(d, visit)
	}
	for _, s := range c.Stmts {
		ast.Inspect(s, visit)
	}
	if c.Result != nil {
		ast.Inspect(c.Result, visit)
	}
}

func (l *look) offset(id *ast.Ident) int {
	if !id.Pos().IsValid() || l.plan.cell.Fset.File(id.Pos()) == nil {
		return -1
	}
	return offset(l.plan.cell.Source, l.plan.cell.Fset.Position(id.Pos()))
}

// object is what the identifier at the cursor stands for.
func (l *look) object() types.Object {
	if l.id == nil {
		return nil
	}
	if obj := l.build.info.Uses[l.id]; obj != nil {
		return obj
	}
	return l.build.info.Defs[l.id]
}

// visible are the objects of the functions around the cursor, the innermost first.
func (l *look) visible(yield func(types.Object)) {
	if l.id == nil {
		return
	}
	pos := l.id.Pos()
	var around []*types.Scope
	for _, sc := range l.build.info.Scopes {
		if sc.Contains(pos) || sc.Parent() != nil && sc.Parent().Parent() == l.build.pkg.Scope() && l.holds(sc, pos) {
			around = append(around, sc)
		}
	}
	for i := range around {
		for _, name := range around[i].Names() {
			yield(around[i].Lookup(name))
		}
	}
}

// holds reports whether a scope is that of the cell's statements, and pos one of theirs.
func (l *look) holds(sc *types.Scope, pos token.Pos) bool {
	for _, s := range l.plan.cell.Stmts {
		if s.Pos() <= pos && pos <= s.End() && sc.Contains(s.Pos()) {
			return true
		}
	}
	return false
}

// byteOffset is where the n-th code point of src begins.
func byteOffset(src string, n int) int {
	for i := range src {
		if n == 0 {
			return i
		}
		n--
	}
	return len(src)
}

// wordAt returns the byte offsets of the identifier around an offset.
func wordAt(src string, at int) (start, end int) {
	start, end = at, at
	for start > 0 {
		r, n := utf8.DecodeLastRuneInString(src[:start])
		if !isWord(r) {
			break
		}
		start -= n
	}
	for end < len(src) {
		r, n := utf8.DecodeRuneInString(src[end:])
		if !isWord(r) {
			break
		}
		end += n
	}
	return start, end
}

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// typeString writes a type as the user would.
func (l *look) typeString(t types.Type) string { return l.build.words(types.TypeString(t, qualify)) }

func qualify(p *types.Package) string {
	if p.Path() == Path {
		return ""
	}
	return p.Name()
}

// maxType is how long the type of a completion may be before only its kind is shown.
const maxType = 80

// signature writes an object's type; of a function without the word func.
func (l *look) signature(obj types.Object) string {
	switch o := obj.(type) {
	case *types.PkgName:
		return o.Imported().Path()
	case *types.TypeName:
		under := o.Type().Underlying()
		s := l.typeString(under)
		if kind, _, ok := strings.Cut(s, "{"); ok && len(s) > maxType {
			return kind
		}
		return s
	case *types.Builtin, *types.Nil, nil:
		return ""
	}
	return strings.TrimPrefix(l.typeString(obj.Type()), "untyped ")
}
