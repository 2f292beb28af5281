package lower

import (
	"fmt"
	"go/ast"
	"go/types"
	"sort"
	"strconv"
	"strings"
)

// alias is our name for an import path.
func alias(path string) string { return aliasReplacer.Replace(path) + "۰" }

var aliasReplacer = strings.NewReplacer("/", "۰", ".", "۰", "-", "۰")

// session says whether the object is declared in a cell.
func (c *cell) session(o types.Object) bool {
	return o.Pkg() != nil && o.Pkg().Path() == c.unit.Pkg.Path()
}

// ours says whether a named type is written by us: declared in a cell, or a generic type
// of the library.
func (c *cell) ours(n *types.Named) bool {
	return n.Obj().Pkg() != nil && (c.session(n.Obj()) || c.library.owns(n.Obj()) || n.TypeArgs().Len() > 0)
}

// subst replaces type parameters.
func (f *writer) subst(t types.Type) types.Type {
	if len(f.env) == 0 {
		return t
	}
	return f.replace(t)
}

func (f *writer) replace(t types.Type) types.Type {
	switch t := t.(type) {
	case *types.TypeParam:
		if r, ok := f.env[t]; ok {
			return r
		}
	case *types.Alias:
		return f.replace(types.Unalias(t))
	case *types.Named:
		if t.TypeArgs().Len() == 0 {
			return t
		}
		var args []types.Type
		for a := range t.TypeArgs().Types() {
			args = append(args, f.replace(a))
		}
		return f.instantiate(t.Origin(), args)
	case *types.Pointer:
		return types.NewPointer(f.replace(t.Elem()))
	case *types.Slice:
		return types.NewSlice(f.replace(t.Elem()))
	case *types.Array:
		return types.NewArray(f.replace(t.Elem()), t.Len())
	case *types.Chan:
		return types.NewChan(t.Dir(), f.replace(t.Elem()))
	case *types.Map:
		return types.NewMap(f.replace(t.Key()), f.replace(t.Elem()))
	case *types.Tuple:
		return f.replaceTuple(t)
	case *types.Signature:
		return types.NewSignatureType(nil, nil, nil, f.replaceTuple(t.Params()), f.replaceTuple(t.Results()), t.Variadic())
	case *types.Struct:
		var fs []*types.Var
		var tags []string
		for i := range t.NumFields() {
			v := t.Field(i)
			fs = append(fs, types.NewField(v.Pos(), v.Pkg(), v.Name(), f.replace(v.Type()), v.Embedded()))
			tags = append(tags, t.Tag(i))
		}
		return types.NewStruct(fs, tags)
	case *types.Interface:
		var ms []*types.Func
		for m := range t.Methods() {
			ms = append(ms, types.NewFunc(m.Pos(), m.Pkg(), m.Name(), f.replace(m.Type()).(*types.Signature)))
		}
		return types.NewInterfaceType(ms, nil).Complete()
	}
	return t
}

func (f *writer) replaceTuple(t *types.Tuple) *types.Tuple {
	var vs []*types.Var
	for v := range t.Variables() {
		vs = append(vs, types.NewVar(v.Pos(), v.Pkg(), v.Name(), f.replace(v.Type())))
	}
	return types.NewTuple(vs...)
}

func (c *cell) instantiate(origin types.Type, args []types.Type) types.Type {
	t, err := types.Instantiate(c.context, origin, args, false)
	if err != nil {
		panic(err)
	}
	return t
}

// typ writes a type for the interpreter: names of cells are gone, but for structs.
func (f *writer) typ(t types.Type) string {
	t = types.Unalias(f.subst(t))
	switch t := t.(type) {
	case *types.Basic:
		return f.basic(t)
	case *types.Named:
		return f.named(t)
	case *types.Pointer:
		return "*" + f.typ(t.Elem())
	case *types.Slice:
		return "[]" + f.typ(t.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), f.typ(t.Elem()))
	case *types.Map:
		return "map[" + f.typ(t.Key()) + "]" + f.typ(t.Elem())
	case *types.Chan:
		return chanText(t, f.typ(t.Elem()))
	case *types.Signature:
		return "func" + f.signature(t, nil)
	case *types.Struct:
		return f.structText(t)
	case *types.Interface:
		return "interface{}"
	}
	panic(fmt.Sprintf("lower: type %T %v", t, t))
}

func chanText(t *types.Chan, elem string) string {
	switch t.Dir() {
	case types.SendOnly:
		return "chan<- " + elem
	case types.RecvOnly:
		return "<-chan " + elem
	}
	if strings.HasPrefix(elem, "<-") {
		elem = "(" + elem + ")"
	}
	return "chan " + elem
}

func (f *writer) basic(t *types.Basic) string {
	switch t.Kind() {
	case types.UnsafePointer:
		return f.pkg("unsafe") + ".Pointer"
	case types.UntypedNil:
		return "interface{}"
	case types.Uint8:
		return "uint8"
	case types.Int32:
		return "int32"
	}
	return types.Default(t).(*types.Basic).Name()
}

// pkg mentions a package.
func (f *writer) pkg(path string) string {
	a := alias(path)
	f.d.imps[a] = path
	return a
}

func (f *writer) named(t *types.Named) string {
	o := t.Obj()
	if o.Pkg() == nil {
		if o.Name() == "error" {
			return "error"
		}
		return "interface{}"
	}
	if !f.ours(t) {
		return f.pkg(o.Pkg().Path()) + "." + o.Name()
	}
	u := f.underlying(t)
	if _, ok := u.(*types.Struct); ok {
		f.foreign(t)
		f.tangled(t)
		name := f.defineType(t)
		f.d.deps[name] = true
		f.d.needs[name] = true
		return name
	}
	if f.recursive(t) {
		f.refuseAt(o, "type "+o.Name(), "a recursive type that is no struct")
	}
	return f.typ(u)
}

// foreign refuses a type made from a struct of another package, whose fields we cannot write.
func (f *writer) foreign(t *types.Named) {
	st := f.underlying(t).(*types.Struct)
	for v := range st.Fields() {
		if !v.Exported() && v.Pkg() != nil && !f.session(v) && !f.library.owns(t.Obj()) && t.TypeArgs().Len() == 0 {
			f.refuseAt(t.Obj(), "type "+t.Obj().Name(), "its underlying type has unexported fields of package "+v.Pkg().Path())
		}
	}
}

// tangled refuses structs that contain each other: the interpreter has one type for a
// struct that contains itself, and mixes up those of a longer circle.
func (f *writer) tangled(t *types.Named) {
	seen := map[types.Type]bool{}
	var reaches func(x types.Type, through *types.Named) *types.Named
	inside := func(n *types.Named, through *types.Named) *types.Named {
		st, ok := f.underlying(n).(*types.Struct)
		if !ok {
			return reaches(f.underlying(n), through)
		}
		for v := range st.Fields() {
			if r := reaches(v.Type(), n); r != nil {
				return r
			}
		}
		return nil
	}
	reaches = func(x types.Type, through *types.Named) *types.Named {
		switch x := types.Unalias(x).(type) {
		case *types.Named:
			if types.Identical(x, t) {
				if types.Identical(through, t) {
					return nil
				}
				return through
			}
			if seen[x] || x.Obj().Pkg() == nil || !f.ours(x) || isInterface(x) {
				return nil
			}
			seen[x] = true
			return inside(x, through)
		case *types.Pointer:
			return reaches(x.Elem(), through)
		case *types.Slice:
			return reaches(x.Elem(), through)
		case *types.Array:
			return reaches(x.Elem(), through)
		case *types.Chan:
			return reaches(x.Elem(), through)
		case *types.Map:
			if r := reaches(x.Key(), through); r != nil {
				return r
			}
			return reaches(x.Elem(), through)
		}
		return nil
	}
	f.dummies(t)
	if other := inside(t, t); other != nil {
		f.refuseAt(t.Obj(), "the types "+t.Obj().Name()+" and "+other.Obj().Name(), "structs that contain each other")
	}
}

// dummies refuses structs whose own type stands where the interpreter puts a dummy that
// fits nothing: in a map's key, and in a function inside another type.
func (f *writer) dummies(t *types.Named) {
	st, ok := f.underlying(t).(*types.Struct)
	if !ok {
		return
	}
	var mentions func(x types.Type, wrapped, hidden bool, depth int) bool
	tuple := func(ts *types.Tuple, hidden bool, depth int) bool {
		for v := range ts.Variables() {
			if mentions(v.Type(), true, hidden, depth) {
				return true
			}
		}
		return false
	}
	mentions = func(x types.Type, wrapped, hidden bool, depth int) bool {
		if types.Identical(x, t) {
			return hidden
		}
		if depth > 20 {
			return false
		}
		switch x := types.Unalias(x).(type) {
		case *types.Named:
			if x.Obj().Pkg() == nil || !f.ours(x) {
				return false
			}
			if _, ok := f.underlying(x).(*types.Struct); ok || isInterface(x) {
				return false
			}
			return mentions(f.underlying(x), wrapped, hidden, depth+1)
		case *types.Pointer:
			return mentions(x.Elem(), true, hidden, depth+1)
		case *types.Slice:
			return mentions(x.Elem(), true, hidden, depth+1)
		case *types.Array:
			return mentions(x.Elem(), true, hidden, depth+1)
		case *types.Chan:
			return mentions(x.Elem(), true, hidden, depth+1)
		case *types.Map:
			return mentions(x.Key(), true, true, depth+1) || mentions(x.Elem(), true, hidden, depth+1)
		case *types.Signature:
			return tuple(x.Params(), hidden || wrapped, depth+1) || tuple(x.Results(), hidden || wrapped, depth+1)
		}
		return false
	}
	for v := range st.Fields() {
		if mentions(v.Type(), false, false, 0) {
			f.refuseAt(t.Obj(), "type "+t.Obj().Name(), "its field "+v.Name()+" mentions the type itself in a map's key or in a function inside another type")
		}
	}
}

// underlying is the underlying type; of a generic type of the library it is the library's.
func (f *writer) underlying(t types.Type) types.Type {
	t = types.Unalias(f.subst(t))
	if n, ok := t.(*types.Named); ok {
		if s := f.library.typeOf(n.Origin().Obj()); s != nil && n.TypeArgs().Len() > 0 && s != n.Origin() {
			var args []types.Type
			for a := range n.TypeArgs().Types() {
				args = append(args, a)
			}
			return f.instantiate(s, args).Underlying()
		}
	}
	return t.Underlying()
}

// recursive says whether a type that is no struct mentions itself without a struct between.
func (f *writer) recursive(t *types.Named) bool {
	seen := map[types.Type]bool{}
	var walk func(types.Type) bool
	walk = func(x types.Type) bool {
		switch x := types.Unalias(x).(type) {
		case *types.Named:
			if x == t && len(seen) > 0 {
				return true
			}
			if seen[x] || x.Obj().Pkg() == nil || !f.ours(x) {
				return false
			}
			seen[x] = true
			if _, ok := x.Underlying().(*types.Struct); ok {
				return false
			}
			return walk(f.underlying(x))
		case *types.Pointer:
			return walk(x.Elem())
		case *types.Slice:
			return walk(x.Elem())
		case *types.Array:
			return walk(x.Elem())
		case *types.Chan:
			return walk(x.Elem())
		case *types.Map:
			return walk(x.Key()) || walk(x.Elem())
		case *types.Signature:
			for v := range x.Params().Variables() {
				if walk(v.Type()) {
					return true
				}
			}
			for v := range x.Results().Variables() {
				if walk(v.Type()) {
					return true
				}
			}
		}
		return false
	}
	return walk(t)
}

func (f *writer) structText(t *types.Struct) string {
	var b strings.Builder
	b.WriteString("struct{")
	for i := range t.NumFields() {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(fieldName(t, i) + " " + f.typ(t.Field(i).Type()))
	}
	return b.String() + "}"
}

// fieldName is the emitted name of a field: always exported, since the interpreter
// would rename it otherwise, and never embedded.
func fieldName(t *types.Struct, i int) string {
	n := t.Field(i).Name()
	switch {
	case n == "_":
		return "F۰" + strconv.Itoa(i)
	case t.Field(i).Exported():
		return n
	}
	return "F۰" + n
}

// signature writes parameters and results, with names if given.
func (f *writer) signature(s *types.Signature, names []string) string {
	var in, out []string
	for i := range s.Params().Len() {
		t := f.typ(s.Params().At(i).Type())
		if s.Variadic() && i == s.Params().Len()-1 {
			t = "..." + strings.TrimPrefix(t, "[]")
		}
		if names != nil {
			t = names[i] + " " + t
		}
		in = append(in, t)
	}
	for v := range s.Results().Variables() {
		out = append(out, f.typ(v.Type()))
	}
	return "(" + strings.Join(in, ", ") + ")" + resultText(out)
}

func resultText(out []string) string {
	switch len(out) {
	case 0:
		return ""
	case 1:
		return " " + out[0]
	}
	return " (" + strings.Join(out, ", ") + ")"
}

// key is the canonical text of a type by which boxes know it (see package dyn).
// Whoever mentions it needs the declarations of the types in it.
func (f *writer) key(t types.Type) string {
	t = types.Unalias(f.subst(t))
	switch t := t.(type) {
	case *types.Basic:
		if t.Kind() == types.UnsafePointer {
			return "unsafe۰.Pointer"
		}
		return f.basic(t)
	case *types.Named:
		o := t.Obj()
		switch {
		case o.Pkg() == nil:
			return o.Name()
		case !f.ours(t):
			return alias(o.Pkg().Path()) + "." + o.Name()
		}
		name := f.defineType(t)
		f.d.needs[name] = true
		f.d.deps[name] = true
		return name
	case *types.Pointer:
		return "*" + f.key(t.Elem())
	case *types.Slice:
		return "[]" + f.key(t.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), f.key(t.Elem()))
	case *types.Map:
		return "map[" + f.key(t.Key()) + "]" + f.key(t.Elem())
	case *types.Chan:
		return chanText(t, f.key(t.Elem()))
	case *types.Signature:
		return "func" + f.sigKey(t)
	case *types.Struct:
		return f.structKey(t)
	case *types.Interface:
		return f.interfaceKey(t)
	}
	panic(fmt.Sprintf("lower: type %T %v", t, t))
}

func (f *writer) sigKey(s *types.Signature) string {
	var in, out []string
	for i := range s.Params().Len() {
		k := f.key(s.Params().At(i).Type())
		if s.Variadic() && i == s.Params().Len()-1 {
			k = "..." + strings.TrimPrefix(k, "[]")
		}
		in = append(in, k)
	}
	for v := range s.Results().Variables() {
		out = append(out, f.key(v.Type()))
	}
	k := "(" + strings.Join(in, ",") + ")"
	if len(out) > 0 {
		k += "(" + strings.Join(out, ",") + ")"
	}
	return k
}

func (f *writer) structKey(t *types.Struct) string {
	var fs []string
	for i := range t.NumFields() {
		v := t.Field(i)
		s := v.Name()
		if v.Embedded() {
			s += "۰embedded"
		}
		s += " " + f.key(v.Type())
		if tag := t.Tag(i); tag != "" {
			s += " " + strconv.Quote(tag)
		}
		fs = append(fs, s)
	}
	return "struct{" + strings.Join(fs, ";") + "}"
}

func (f *writer) interfaceKey(t *types.Interface) string {
	if t.NumMethods() == 0 {
		return "any"
	}
	var ms []string
	for m := range t.Methods() {
		ms = append(ms, m.Name()+f.sigKey(m.Signature()))
	}
	sort.Strings(ms)
	return "interface{" + strings.Join(ms, ";") + "}"
}

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

func (f *writer) underKey(u types.Type) string { return f.key(u) }

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
		d.needs[c.instanceMethod(t, name, m)] = true
	}
}

// pure says whether a value of the type, as the interpreter holds it, has its real type.
func (f *writer) pure(t types.Type) bool { return f.pureIn(t, map[types.Type]bool{}) }

func (f *writer) pureIn(t types.Type, seen map[types.Type]bool) bool {
	t = types.Unalias(f.subst(t))
	switch t := t.(type) {
	case *types.Named:
		return t.Obj().Pkg() == nil || !f.ours(t)
	case *types.Pointer:
		return f.pureIn(t.Elem(), seen)
	case *types.Slice:
		return f.pureIn(t.Elem(), seen)
	case *types.Array:
		return f.pureIn(t.Elem(), seen)
	case *types.Chan:
		return f.pureIn(t.Elem(), seen)
	case *types.Map:
		return f.pureIn(t.Key(), seen) && f.pureIn(t.Elem(), seen)
	case *types.Signature:
		for v := range t.Params().Variables() {
			if !f.pureIn(v.Type(), seen) {
				return false
			}
		}
		for v := range t.Results().Variables() {
			if !f.pureIn(v.Type(), seen) {
				return false
			}
		}
		return true
	case *types.Struct:
		return t.NumFields() == 0
	case *types.Interface:
		return t.NumMethods() == 0
	}
	return true
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

var _ ast.Node
