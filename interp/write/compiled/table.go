package compiled

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/types"
	"runtime"
	"strings"

	"github.com/parago/parago/interp/agree"
)

// register tells the process of a function, and of the variables that it may touch. The type is "" if
// it cannot be written.
func (f *file) register(name, value, typ string, m mentions) {
	vars := f.graph.reach(m)
	f.entries = append(f.entries, entry{name, value, cmp.Or(typ, "any"), sorted(vars)})
	f.p.Funcs = append(f.p.Funcs, name)
	for _, v := range sorted(vars) {
		f.storage(vars[v]) // so that a worker that has only this package knows its type
	}
}

// An entry is a function in the table.
type entry struct {
	name, value, typ string
	vars             []string
}

// entryTable writes the entries, with one row for those that have type and variables in common.
func (f *file) entryTable() {
	if len(f.entries) == 0 {
		return
	}
	rows := map[string][]entry{}
	for _, e := range f.entries {
		row := fmt.Sprint(e.typ, e.vars)
		rows[row] = append(rows[row], e)
	}
	fmt.Fprintf(&f.table, "\t\tFuncs: []%sFuncs{\n", f.pkg(Runtime)+".")
	for _, row := range sorted(rows) {
		var names, values []string
		for _, e := range rows[row] {
			names, values = append(names, e.name), append(values, e.value)
		}
		first := rows[row][0]
		fmt.Fprintf(&f.table, "\t\t\t{Keys: %q, Values: []%s{%s}", strings.Join(names, " "), first.typ, strings.Join(values, ", "))
		if len(first.vars) > 0 {
			fmt.Fprintf(&f.table, ", Vars: %#v", first.vars)
		}
		f.table.WriteString("},\n")
	}
	f.table.WriteString("\t\t},\n")
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
	f.entryTable()
	f.typeTable()
	f.slotTable()
	f.shapes()
	if run {
		fmt.Fprintf(&f.table, "\t\tRun: %srun,\n", export+mark)
	}
}

// typeTable says which types this package declares.
func (f *file) typeTable() {
	var ts, generics []string
	for _, name := range f.p.Types {
		it := f.p.items[name]
		switch tn, ok := it.decl.Obj.(*types.TypeName); {
		case !ok || tn.IsAlias() || isConstraint(tn):
		case it.isGeneric():
			generics = append(generics, name)
		default:
			ts = append(ts, fmt.Sprintf("%q: (*%s)(nil), ", name, f.locals[name]))
		}
	}
	if len(ts) > 0 {
		fmt.Fprintf(&f.table, "\t\tTypes: map[string]any{%s},\n", strings.Join(ts, ""))
	}
	if len(generics) > 0 {
		fmt.Fprintf(&f.table, "\t\tGenerics: %#v,\n", generics)
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
		if f.gen.shapes == nil || !ok || tn.IsAlias() || it.isGeneric() || isConstraint(tn) || isHuge(tn.Type()) || agree.Incomplete(tn.Type()) {
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
