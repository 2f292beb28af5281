package compiled

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"runtime"
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
		f.register(it.name, name, f.graph.of(it.name))
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
	if st, ok := ast.Unparen(spec.Type).(*ast.StructType); ok {
		f.accessors(w, it, st, params, local+args)
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

// register tells the process of a function, and of the variables that it may touch.
func (f *file) register(name, value string, m mentions) {
	vars := f.graph.reach(m)
	f.entries = append(f.entries, entry{name, value, sorted(vars)})
	f.p.Funcs = append(f.p.Funcs, name)
	for _, v := range sorted(vars) {
		f.storage(vars[v]) // so that a worker that has only this package knows its type
	}
}

// An entry is a function in the table.
type entry struct {
	name, value string
	vars        []string
}

// tables writes what Register is told.
func (f *file) tables(run bool) {
	if len(f.p.Vars) > 0 {
		f.table.WriteString("\t\tVars: map[string]any{")
		for _, v := range f.p.Vars {
			fmt.Fprintf(&f.table, "%q: &%s, ", v, export+v)
		}
		f.table.WriteString("},\n")
	}
	if len(f.entries) > 0 {
		fmt.Fprintf(&f.table, "\t\tFuncs: map[string]%sFunc{\n", f.pkg(Runtime)+".")
		for _, e := range f.entries {
			fmt.Fprintf(&f.table, "\t\t\t%q: {Value: %s", e.name, e.value)
			if len(e.vars) > 0 {
				fmt.Fprintf(&f.table, ", Vars: %#v", e.vars)
			}
			f.table.WriteString("},\n")
		}
		f.table.WriteString("\t\t},\n")
	}
	var ts []string
	for _, name := range f.p.Types {
		it := f.p.items[name]
		if tn, ok := it.decl.Obj.(*types.TypeName); ok && !tn.IsAlias() && !it.isGeneric() && !isConstraint(tn) {
			ts = append(ts, fmt.Sprintf("%q: (*%s)(nil), ", name, f.locals[name]))
		}
	}
	if len(ts) > 0 {
		fmt.Fprintf(&f.table, "\t\tTypes: map[string]any{%s},\n", strings.Join(ts, ""))
	}
	f.slotTable()
	f.shapes()
	if run {
		fmt.Fprintf(&f.table, "\t\tRun: %srun,\n", export+mark)
	}
}

// slotTable says what the slots of this package stand for, and which functions of it those of others hold
// from now on.
func (f *file) slotTable() {
	if len(f.p.slots) > 0 {
		fmt.Fprintf(&f.table, "\t\tSlots: map[string]%sSlot{", f.pkg(Runtime)+".")
		for _, s := range f.p.slots {
			fmt.Fprintf(&f.table, "%q: {At: &%s, Value: %s}, ", s.id, s.name, s.value)
		}
		f.table.WriteString("},\n")
	}
	if now := f.now(); len(now) > 0 {
		fmt.Fprintf(&f.table, "\t\tNow: map[string]any{")
		for _, id := range sorted(now) {
			fmt.Fprintf(&f.table, "%q: %s, ", id, now[id])
		}
		f.table.WriteString("},\n")
	}
}

// now are the functions that are declared here and for which other packages have slots.
func (f *file) now() map[string]string {
	out := map[string]string{}
	for _, name := range sorted(f.here) {
		it := f.p.items[name]
		if !f.here[name] || it == nil {
			continue
		}
		if _, ok := it.decl.Node.(*ast.FuncDecl); !ok || f.detached(it) {
			continue
		}
		if id := f.slotID(it); f.gen.slots[it.decl.Key][id] {
			out[id] = f.plain(it)
		}
	}
	return out
}

// shapes mentions types that are made of those of this package.
func (f *file) shapes() {
	var values []string
	for _, name := range f.p.Types {
		it := f.p.items[name]
		tn, ok := it.decl.Obj.(*types.TypeName)
		if f.gen.shapes == nil || !ok || tn.IsAlias() || it.isGeneric() || isConstraint(tn) || isHuge(tn.Type()) {
			continue
		}
		for _, t := range f.gen.shapes(f.locals[name], types.Comparable(tn.Type())) {
			values = append(values, "*new("+t+")")
		}
	}
	if len(values) > 0 {
		fmt.Fprintf(&f.table, "\t\tShapes: []any{%s},\n", strings.Join(values, ", "))
	}
}

// maxShape is how large a type may be of which there are channels: 64 KB.
const maxShape = 1 << 16

// isHuge reports whether a type is too large for some of the shapes.
func isHuge(t types.Type) bool {
	return types.SizesFor("gc", runtime.GOARCH).Sizeof(t) >= maxShape
}

// isConstraint reports whether a type is an interface that no variable can have.
func isConstraint(tn *types.TypeName) bool {
	i, ok := tn.Type().Underlying().(*types.Interface)
	return ok && !i.IsMethodSet()
}
