package compiled

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// declare writes a declaration of this package. Constants are written where they are used.
func (f *file) declare(it *item) {
	f.of(it.src)
	switch n := it.decl.Node.(type) {
	case *ast.FuncDecl:
		f.declareFunc(it, n)
	case *ast.TypeSpec:
		f.declareType(it, n)
	}
}

func (f *file) declareFunc(it *item, fn *ast.FuncDecl) {
	w := f.itemWriter(it)
	w.outlive(fn)
	w.travels(fn)
	w.changes(fn)
	w.reshapes(fn)
	if f.detached(it) {
		f.declareDetached(w, it, fn)
		return
	}
	name := funcName(it.name)
	if fn.Recv != nil {
		name = methodName(fn.Name.Name)
	}
	text := pragmas(fn.Doc) + w.directive(fn.Pos()) + w.between(w.at(fn.Pos()), w.at(fn.Name.Pos()), recvNodes(fn)...) + name
	var rest []ast.Node
	if fn.Type.TypeParams != nil {
		rest = append(rest, fn.Type.TypeParams)
	}
	rest = append(rest, fn.Type.Params)
	if fn.Type.Results != nil {
		rest = append(rest, fn.Type.Results)
	}
	text += w.between(w.at(fn.Name.End()), w.at(fn.Body.Lbrace), rest...)
	w.guard(fn.Body)
	text += w.text(fn.Body)
	f.body.WriteString(text + "\n")
	if fn.Recv == nil && !it.isGeneric() {
		typ, ok := f.signature(it.unit, it.decl.Obj.(*types.Func))
		if !ok {
			typ = ""
		}
		f.register(it.name, name, typ, f.graph.of(it.name))
	}
	if fn.Recv != nil && !it.isGeneric() && !fn.Name.IsExported() { // reflect shows it to nobody
		f.register(it.name, f.plain(it), "", f.graph.of(it.name))
	}
}

// declareDetached writes a method as a function.
func (f *file) declareDetached(w *writer, it *item, fn *ast.FuncDecl) {
	if it.isGeneric() {
		fail(w.fset.Position(fn.Pos()), "%s has another type now: declare what uses the earlier one anew", it.decl.Key)
	}
	var params []string
	for _, field := range append(append([]*ast.Field(nil), fn.Recv.List...), fn.Type.Params.List...) {
		names := "_"
		if len(field.Names) > 0 {
			names = w.between(w.at(field.Names[0].Pos()), w.at(field.Names[len(field.Names)-1].End()))
		}
		params = append(params, names+" "+w.text(field.Type))
	}
	results := ""
	if fn.Type.Results != nil {
		results = w.between(w.at(fn.Type.Results.Pos()), w.at(fn.Type.Results.End()), fn.Type.Results)
	}
	w.guard(fn.Body)
	fmt.Fprintf(&f.body, "%s%sfunc %s(%s) %s %s\n", pragmas(fn.Doc), w.directive(fn.Pos()), funcName(it.name), strings.Join(params, ", "), results, w.resume(fn.Body.Pos())+w.text(fn.Body))
}

func recvNodes(fn *ast.FuncDecl) []ast.Node {
	if fn.Recv == nil {
		return nil
	}
	return []ast.Node{fn.Recv}
}

// pragmas are the lines of a doc comment that the compiler obeys.
func pragmas(doc *ast.CommentGroup) string {
	if doc == nil {
		return ""
	}
	out := ""
	for _, c := range doc.List {
		switch c.Text {
		case "//go:noinline", "//go:nosplit", "//go:norace", "//go:uintptrescapes", "//go:uintptrkeepalive":
			out += "\n" + c.Text
		}
	}
	return out
}

// declareType writes a type, and what other packages need of it: an alias, and accessors of the
// fields that they could not reach.
func (f *file) declareType(it *item, spec *ast.TypeSpec) {
	w := f.itemWriter(it)
	local := f.typeName(it)
	params, args := f.typeParams(it)
	f.body.WriteString(w.directive(spec.Pos()))
	w.named(spec)
	rest := []ast.Node{spec.Type}
	if spec.TypeParams != nil {
		rest = []ast.Node{spec.TypeParams, spec.Type}
	}
	fmt.Fprintf(&f.body, "type %s%s\n", local, w.between(w.at(spec.Name.End()), w.at(spec.End()), rest...))
	fmt.Fprintf(&f.body, "type %s%s = %s%s\n", typeExport(it), params, local, args)
	f.p.Types = append(f.p.Types, it.name)
	if st, ok := ast.Unparen(spec.Type).(*ast.StructType); ok && !spec.Assign.IsValid() {
		f.accessors(w, it, st, params, local+args)
	}
	f.abstract(it, local)
}

// abstract registers the unexported methods of an interface as functions.
func (f *file) abstract(it *item, local string) {
	tn, ok := it.decl.Obj.(*types.TypeName)
	if !ok || tn.IsAlias() || it.isGeneric() || isConstraint(tn) {
		return
	}
	in, ok := tn.Type().Underlying().(*types.Interface)
	if !ok {
		return
	}
	for m := range in.Methods() {
		if !m.Exported() && session(m.Pkg()) {
			f.register(it.name+"."+m.Name(), "("+local+")."+methodName(m.Name()), "", mentions{})
		}
	}
}

// accessors gives other packages the fields of a struct that they could not reach.
func (f *file) accessors(w *writer, it *item, st *ast.StructType, params, self string) {
	f.body.WriteString("//line parago.go:1\n")
	for _, field := range st.Fields.List {
		typ := w.text(field.Type)
		names := field.Names
		if len(names) == 0 {
			if id := embedded(field.Type); id != nil {
				names = []*ast.Ident{id}
			}
		}
		for _, id := range names {
			if id.Name == "_" || token.IsExported(id.Name) {
				continue
			}
			fmt.Fprintf(&f.body, "func %s%s(p *%s) *%s { return &p.%s }\n", accessorName(it.name, id.Name), params, self, strings.ReplaceAll(typ, "\n", " "), id.Name)
		}
	}
}

// embedded is the name of an embedded field.
func embedded(t ast.Expr) *ast.Ident {
	switch t := ast.Unparen(t).(type) {
	case *ast.Ident:
		return t
	case *ast.StarExpr:
		return embedded(t.X)
	case *ast.SelectorExpr:
		return t.Sel
	case *ast.IndexExpr:
		return embedded(t.X)
	case *ast.IndexListExpr:
		return embedded(t.X)
	}
	return nil
}
