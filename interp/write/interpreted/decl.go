package interpreted

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

func (f *writer) declStmt(d *ast.GenDecl) {
	if d.Tok != token.VAR {
		return // constants are folded, types written where they are used
	}
	for _, s := range d.Specs {
		v := s.(*ast.ValueSpec)
		f.varSpec(v)
	}
}

func (f *writer) varSpec(v *ast.ValueSpec) {
	if len(v.Values) == 1 && len(v.Names) > 1 {
		var ls []ast.Expr
		for _, n := range v.Names {
			ls = append(ls, n)
		}
		f.tupleVars(v, ls)
		return
	}
	if len(v.Values) > 1 {
		var vs []string
		for i, r := range v.Values {
			t := f.lhsType(v.Names[i], r)
			n := f.temp("v")
			f.out("var %s %s = %s; ", n, f.typ(t), f.conv(r, t))
			vs = append(vs, n)
		}
		for i, n := range v.Names {
			f.store(n, vs[i], true)
		}
		return
	}
	for i, n := range v.Names {
		o := f.info.Defs[n]
		if len(v.Values) > 0 {
			f.assignOne(n, v.Values[i], true)
			f.out("; ")
			continue
		}
		if n.Name == "_" {
			continue
		}
		name := f.variableName(o.(*types.Var))
		if f.isSessionVar(o) {
			z := f.temp("z")
			f.out("var %s %s; %s = %s; ", z, f.typ(o.Type()), name, z)
			continue
		}
		f.out("var %s %s; ", name, f.typ(o.Type()))
	}
}

func (f *writer) tupleVars(v *ast.ValueSpec, ls []ast.Expr) {
	text, ts := f.tuple(v.Values[0])
	var vs []string
	for _, l := range ls {
		if l.(*ast.Ident).Name == "_" {
			vs = append(vs, "_")
			continue
		}
		vs = append(vs, f.temp("v"))
	}
	if strings.Join(vs, "") == strings.Repeat("_", len(vs)) {
		f.out("%s = %s", strings.Join(vs, ", "), text)
		return
	}
	f.out("%s := %s; ", strings.Join(vs, ", "), text)
	for i, l := range ls {
		if vs[i] != "_" {
			f.store(l, f.convText(vs[i], ts[i], f.lhsType(l, v.Values[0])), true)
		}
	}
}
