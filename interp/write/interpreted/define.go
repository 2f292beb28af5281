package interpreted

import (
	"fmt"
	"go/types"
	"strings"
)

// defineType makes sure that a type of ours is declared and returns its emitted name.
func (f *writer) defineType(t *types.Named) string { return f.cell.defineType(t) }

func (c *cell) defineType(t *types.Named) string {
	name := c.typeName(t)
	if c.has(name) {
		return name
	}
	d := newDraft(name)
	c.add(d)
	f := c.writer(d, c.unit.Info, c.unit.Fset, nil)
	u := f.underlying(t)
	text := fmt.Sprintf("func init() { parago۰.Define(%q, %q, %q) }", name, f.display(t), f.underKey(u))
	d.deps = map[string]bool{} // names inside the text are no identifiers
	if st, ok := u.(*types.Struct); ok {
		text = "type " + name + " " + f.structText(st) + "\n" + text
	}
	d.Text = text
	c.methods(t, name, d)
	return name
}

// typeName is the emitted name of a type of ours.
func (c *cell) typeName(t *types.Named) string {
	o := t.Origin().Obj()
	name := c.name(o)
	if !c.session(o) {
		name = alias(strings.TrimPrefix(o.Pkg().Path(), libraryPrefix)) + o.Name()
	} else if o.Parent() != nil && o.Parent() != o.Pkg().Scope() {
		if _, ok := c.locals[o]; !ok {
			c.locals[o] = fmt.Sprintf("%s۰local%d", o.Name(), len(c.locals)+1)
		}
		name = c.locals[o]
	}
	if t.TypeArgs().Len() > 0 {
		f := c.writer(newDraft(""), c.unit.Info, c.unit.Fset, nil)
		for a := range t.TypeArgs().Types() {
			name += "۰" + mangle(f.key(a))
		}
	}
	return name
}

// display is the name of a type as Go prints it.
func (f *writer) display(t *types.Named) string {
	o := t.Obj()
	s := "main." + o.Name()
	if !f.session(o) {
		s = o.Pkg().Name() + "." + o.Name()
	}
	if t.TypeArgs().Len() == 0 {
		return s
	}
	var args []string
	for a := range t.TypeArgs().Types() {
		a = types.Unalias(f.subst(a))
		if n, ok := a.(*types.Named); ok && n.TypeArgs().Len() > 0 {
			args = append(args, f.display(n))
			continue
		}
		if i, ok := a.(*types.Interface); ok && i.NumMethods() == 0 {
			args = append(args, "interface {}")
			continue
		}
		args = append(args, types.TypeString(a, func(p *types.Package) string {
			if p.Path() == f.unit.Pkg.Path() {
				return "main"
			}
			return p.Path()
		}))
	}
	return s + "[" + strings.Join(args, ",") + "]"
}

// mangle writes a type's key as part of an identifier.
func mangle(key string) string {
	var b strings.Builder
	for _, r := range key {
		switch {
		case r == '۰', r == '_', r >= '0' && r <= '9', r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r > 127:
			b.WriteRune(r)
		case r == '*':
			b.WriteString("ptr۰")
		default:
			fmt.Fprintf(&b, "۰%x۰", r)
		}
	}
	return b.String()
}

// methods writes the methods of a type of ours that are not written yet. Each registers itself.
func (c *cell) methods(t *types.Named, name string, d *draft) {
	if t.TypeArgs().Len() == 0 {
		for m := range t.Methods() {
			if n := c.unit.Name(m); n != "" {
				d.needs[n] = true
			}
		}
		return
	}
	origin := t.Origin()
	if l := c.library.typeOf(origin.Obj()); l != nil {
		origin = l
	}
	for m := range origin.Methods() {
		if m.Signature().TypeParams().Len() == 0 { // else it is written where it is used
			d.needs[c.instanceMethod(t, name, m, arguments{})] = true
		}
	}
}

// receiver is the named type that a method belongs to.
func receiver(fn *types.Func) *types.Named {
	r := fn.Signature().Recv()
	if r == nil {
		return nil
	}
	t := types.Unalias(r.Type())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, _ := t.(*types.Named)
	return n
}
