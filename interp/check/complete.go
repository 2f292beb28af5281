package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/parago/parago/interp/cell"
)

// A Completion is what may stand at the cursor: Items replace the code points from
// Start to End.
type Completion struct {
	Start, End int
	Items      []Item
}

// An Item is one completion.
type Item struct {
	Text string
	Kind string // "function", "method", "variable", "field", "constant", "type", "package", "keyword"
	Type string // signature or type, "" if none
}

// Complete says what may stand in src at the cursor, counted in code points: names,
// members behind a dot, import paths inside an import's string. The text may be
// incomplete or wrong. Nothing is executed, and nothing changes.
func (s *Scope) Complete(src string, cursor int) Completion {
	at := byteOffset(src, cursor)
	if path, ok := importAt(src[:at]); ok {
		return s.completeImport(src, at, path)
	}
	start, end := wordAt(src, at)
	c := Completion{Start: utf8.RuneCountInString(src[:start]), End: utf8.RuneCountInString(src[:end])}
	closers, ok := cell.Closers(src[:start])
	if !ok {
		return Completion{Start: cursor, End: cursor}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	items := newItems(src[start:at])
	l := s.look(src[:start]+cursorName+closers, start, items.wants)
	if l.sel != nil {
		l.members(items)
	} else if l.id != nil || endsOperand(src[:start]) {
		l.names(items)
	}
	c.Items = items.sorted()
	return c
}

// endsOperand reports whether a name may follow the text although the parser had no
// place for one.
func endsOperand(before string) bool {
	before = strings.TrimRight(before, " \t")
	return before == "" || !strings.HasSuffix(before, ".")
}

// items collects completions of a prefix.
type items struct {
	prefix string
	seen   map[string]bool
	exact  []Item
	loose  []Item // that differ in upper and lower case
}

func newItems(prefix string) *items { return &items{prefix: prefix, seen: map[string]bool{}} }

func (i *items) add(it Item) {
	if i.seen[it.Text] || strings.Contains(it.Text, "۰") || it.Text == "_" {
		return
	}
	switch {
	case strings.HasPrefix(it.Text, i.prefix):
		i.exact = append(i.exact, it)
	case len(it.Text) >= len(i.prefix) && strings.EqualFold(it.Text[:len(i.prefix)], i.prefix):
		i.loose = append(i.loose, it)
	default:
		return
	}
	i.seen[it.Text] = true
}

// wants reports whether a name could be a completion.
func (i *items) wants(name string) bool {
	return len(name) >= len(i.prefix) && strings.EqualFold(name[:len(i.prefix)], i.prefix)
}

func (i *items) sorted() []Item {
	for _, list := range [][]Item{i.exact, i.loose} {
		sort.SliceStable(list, func(a, b int) bool { return list[a].Text < list[b].Text })
	}
	return append(i.exact, i.loose...)
}

func (l *look) item(obj types.Object) Item {
	return Item{Text: obj.Name(), Kind: kindOf(obj), Type: l.signature(obj)}
}

// kindOf is an object's kind in the words of Item.
func kindOf(obj types.Object) string {
	switch o := obj.(type) {
	case *types.Func:
		if o.Signature().Recv() != nil {
			return "method"
		}
		return "function"
	case *types.Builtin:
		return "function"
	case *types.Var:
		if o.IsField() {
			return "field"
		}
		return "variable"
	case *types.Const, *types.Nil:
		return "constant"
	case *types.TypeName:
		return "type"
	case *types.PkgName:
		return "package"
	}
	return ""
}

// members are what may follow the dot of the selector at the cursor.
func (l *look) members(out *items) {
	if pkg := l.selected(); pkg != nil {
		for _, name := range pkg.Scope().Names() {
			if token.IsExported(name) && out.wants(name) {
				out.add(l.item(pkg.Scope().Lookup(name)))
			}
		}
		return
	}
	tv, ok := l.build.info.Types[l.sel.X]
	if !ok || tv.Type == nil {
		return
	}
	add := func(obj types.Object) {
		if obj.Exported() || obj.Pkg() != nil && obj.Pkg().Path() == Path {
			out.add(l.item(obj))
		}
	}
	methods(tv.Type, add)
	if !tv.IsType() {
		fields(tv.Type, add)
	}
}

// selected is the package before the dot, nil if it is none. A package that is not
// yet imported is taken by its name.
func (l *look) selected() *types.Package {
	id, ok := l.sel.X.(*ast.Ident)
	if !ok {
		return nil
	}
	if pkg, ok := l.build.info.Uses[id].(*types.PkgName); ok {
		return pkg.Imported()
	}
	if l.build.info.Uses[id] != nil || !l.plan.mayBePackage(id.Name) {
		return nil
	}
	pkg, err := l.plan.s.lib.Import(l.plan.s.lib.named(id.Name)[0])
	if err != nil {
		return nil
	}
	return pkg
}

// methods calls add for each method that a value of type t, or its address, has.
func methods(t types.Type, add func(types.Object)) {
	if _, ok := t.Underlying().(*types.Interface); !ok {
		if _, ok := t.(*types.Pointer); !ok {
			t = types.NewPointer(t)
		}
	}
	set := types.NewMethodSet(t)
	for i := range set.Len() {
		add(set.At(i).Obj())
	}
}

// fields calls add for each field that t has, those of embedded structs after its own.
func fields(t types.Type, add func(types.Object)) {
	seen := map[types.Type]bool{}
	level := []types.Type{t}
	for len(level) > 0 {
		var next []types.Type
		for _, t := range level {
			if p, ok := t.Underlying().(*types.Pointer); ok {
				t = p.Elem()
			}
			st, ok := t.Underlying().(*types.Struct)
			if !ok || seen[t] {
				continue
			}
			seen[t] = true
			for i := range st.NumFields() {
				f := st.Field(i)
				add(f)
				if f.Embedded() {
					next = append(next, f.Type())
				}
			}
		}
		level = next
	}
}

// ownFields calls add for each field that a literal of type t can set.
func ownFields(t types.Type, add func(types.Object)) {
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return
	}
	for f := range st.Fields() {
		if f.Exported() || f.Pkg().Path() == Path {
			add(f)
		}
	}
}

// names are the names that may stand at the cursor.
func (l *look) names(out *items) {
	if l.lit != nil {
		if t := l.build.info.TypeOf(l.lit); t != nil {
			ownFields(t, func(f types.Object) { out.add(l.item(f)) })
		}
	}
	l.visible(func(obj types.Object) {
		if out.wants(obj.Name()) {
			out.add(l.item(obj))
		}
	})
	for _, scope := range []*types.Scope{l.build.pkg.Scope(), l.build.outer} {
		for _, name := range scope.Names() {
			if out.wants(name) {
				out.add(l.item(scope.Lookup(name)))
			}
		}
	}
	for name, im := range l.plan.env.names {
		out.add(Item{Text: name, Kind: "package", Type: im.path})
	}
	for _, name := range types.Universe.Names() {
		if out.wants(name) {
			out.add(l.item(types.Universe.Lookup(name)))
		}
	}
	for t := token.BREAK; t <= token.VAR; t++ {
		out.add(Item{Text: t.String(), Kind: "keyword"})
	}
	for name, paths := range l.plan.s.lib.byName {
		out.add(Item{Text: name, Kind: "package", Type: paths[0]})
	}
	known := l.plan.s.lib.externalNames()
	for _, path := range sortedKeys(known) {
		out.add(Item{Text: known[path], Kind: "package", Type: path})
	}
}

// importLine finds the string of an import that the text ends in.
var importLine = regexp.MustCompile(`(?:^|[\n;(])[ \t]*(?:import[ \t]*\(?[ \t]*)?(?:[\pL_.][\pL\p{Nd}_]*[ \t]+)?"([^"\n]*)$`)

// importAt returns the part of an import path before the cursor.
func importAt(before string) (string, bool) {
	m := importLine.FindStringSubmatch(before)
	if m == nil {
		return "", false
	}
	head := strings.LastIndex(before, "import")
	if head < 0 || strings.ContainsAny(before[head:], "){") {
		return "", false
	}
	between := before[head+len("import") : len(before)-len(m[1])-1]
	if strings.Contains(between, "\n") && !strings.Contains(between, "(") {
		return "", false
	}
	return m[1], true
}

func (s *Scope) completeImport(src string, at int, path string) Completion {
	start, end := at-len(path), at
	for end < len(src) && src[end] != '"' && src[end] != '\n' {
		end++
	}
	out := newItems(path)
	for _, p := range append(s.lib.paths(), sortedKeys(s.lib.externalNames())...) {
		out.add(Item{Text: p, Kind: "package"})
	}
	return Completion{
		Start: utf8.RuneCountInString(src[:start]),
		End:   utf8.RuneCountInString(src[:end]),
		Items: out.sorted(),
	}
}
