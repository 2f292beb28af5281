package interpreted

import (
	"fmt"
	"go/types"
	"sort"
	"strconv"
	"strings"

	"github.com/parago/parago/interp/write/typetext"
)

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
	case *types.Signature:
		return "func" + f.sigKey(t)
	case *types.Struct:
		return f.structKey(t)
	case *types.Interface:
		return f.interfaceKey(t)
	}
	if text, ok := typetext.Composite(t, f.key); ok {
		return text
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

func (f *writer) underKey(u types.Type) string { return f.key(u) }
