package compiled

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"math/big"
	"strconv"
	"strings"
)

// constant writes a constant's name. Constants are declared in each package that uses them.
func (w *writer) constant(c *types.Const, it *item) string {
	name := export + "const" + mark + it.name
	u := w.u
	w.need("const "+it.name, func() {
		t := ""
		if b, ok := c.Type().(*types.Basic); !ok || b.Info()&types.IsUntyped == 0 {
			t, ok = w.typ(u, c.Type())
			if !ok {
				t = ""
			}
		}
		fmt.Fprintf(&w.head, "const %s %s = %s\n", name, t, literal(c.Val(), c.Type()))
	})
	return name
}

// constants writes the constants of a function one by one, as what they are, if their group repeats an
// expression and declares a name that stands there: it means one thing in one line and another in the
// next, and the text has it but once.
func (w *writer) constants(g *ast.GenDecl) (string, bool) {
	if g.Tok != token.CONST || !repeatsOwn(g) {
		return "", false
	}
	var b strings.Builder
	for _, spec := range g.Specs {
		for _, id := range spec.(*ast.ValueSpec).Names {
			c, ok := w.u.Info.Defs[id].(*types.Const)
			if !ok {
				continue
			}
			t := ""
			if b, ok := c.Type().(*types.Basic); !ok || b.Info()&types.IsUntyped == 0 {
				t = mustType(w, c.Type(), g.Pos())
			}
			fmt.Fprintf(&b, "const %s %s = %s; ", id.Name, t, literal(c.Val(), c.Type()))
		}
	}
	text := strings.TrimSuffix(b.String(), "; ")
	return text + onlyLines(w.src.text[w.at(g.Pos()):w.at(g.End())]), true
}

// repeatsOwn reports whether a group of constants has a line without an expression, and one with
// an expression that mentions a name of the group.
func repeatsOwn(g *ast.GenDecl) bool {
	names := map[string]bool{}
	repeats, own := false, false
	for _, spec := range g.Specs {
		spec := spec.(*ast.ValueSpec)
		repeats = repeats || len(spec.Values) == 0
		for _, id := range spec.Names {
			names[id.Name] = true
		}
	}
	for _, spec := range g.Specs {
		for _, x := range spec.(*ast.ValueSpec).Values {
			ast.Inspect(x, func(n ast.Node) bool {
				id, ok := n.(*ast.Ident)
				own = own || ok && names[id.Name]
				return !own
			})
		}
	}
	return repeats && own
}

// literal writes a constant so that it keeps its value exactly and, if it is untyped, its kind.
func literal(v constant.Value, t types.Type) string {
	b, _ := t.Underlying().(*types.Basic)
	switch v.Kind() {
	case constant.Bool:
		return v.String()
	case constant.String:
		return strconv.Quote(constant.StringVal(v))
	case constant.Complex:
		return "(" + literal(constant.Real(v), types.Typ[types.UntypedFloat]) + " + " + literal(constant.Imag(v), types.Typ[types.UntypedFloat]) + "*1i)"
	case constant.Int:
		s := v.ExactString()
		switch {
		case b == nil:
			return s
		case b.Kind() == types.UntypedRune:
			return "('\\x00' + " + s + ")"
		case b.Kind() == types.UntypedFloat:
			return s + ".0"
		case b.Kind() == types.UntypedComplex:
			return "(" + s + " + 0i)"
		}
		return s
	case constant.Float:
		return float(v, b)
	}
	return v.ExactString()
}

func float(v constant.Value, b *types.Basic) string {
	s := ""
	switch x := constant.Val(v).(type) {
	case *big.Rat:
		s = x.Num().String() + ".0"
		if !x.IsInt() {
			s = "(" + s + "/" + x.Denom().String() + ".0)"
		}
	case *big.Float:
		s = x.Text('p', 0)
		if i := strings.Index(s, "0x."); i >= 0 {
			s = s[:i] + "0x0." + s[i+3:]
		}
	default:
		i := constant.ToInt(v)
		if i.Kind() != constant.Int {
			return v.ExactString()
		}
		s = i.ExactString() + ".0"
	}
	if b != nil && b.Kind() == types.UntypedComplex {
		s = "(" + s + " + 0i)"
	}
	if strings.HasPrefix(s, token.SUB.String()) {
		s = "(" + s + ")"
	}
	return s
}
