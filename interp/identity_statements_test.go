package interp_test

import (
	"fmt"
	"slices"
	"strings"
)

// value is a value of a type of the program, or a pointer to one.
func (p *randomProgram) value() randomValue {
	t := p.types[p.IntN(len(p.types))]
	if p.IntN(4) == 0 && !strings.HasSuffix(t.literal, ")") {
		return randomValue{text: "&" + t.literal, typ: "*" + t.name, methods: t.pointers, comparable: true, needs: t.needs}
	}
	return randomValue{text: t.literal, typ: t.name, methods: t.values, comparable: t.comparable, plain: t.plain, needs: t.needs}
}

// composites are ways to write types, and to have reflection make them.
var composites = []struct {
	typ, made  string
	comparable bool
}{
	{"[]%s", "reflect.SliceOf(%s)", false},
	{"map[string]%s", "reflect.MapOf(reflect.TypeFor[string](), %s)", false},
	{"**%s", "reflect.PointerTo(reflect.PointerTo(%s))", true},
	{"[2]%s", "reflect.ArrayOf(2, %s)", false},
	{"[3]%s", "reflect.ArrayOf(3, %s)", false},
	{"[][3]%s", "reflect.SliceOf(reflect.ArrayOf(3, %s))", false},
	{"<-chan %s", "reflect.ChanOf(reflect.RecvDir, %s)", true},
	{"func(%s)", "reflect.FuncOf([]reflect.Type{%s}, nil, false)", false},
	{"func() []%s", "reflect.FuncOf(nil, []reflect.Type{reflect.SliceOf(%s)}, false)", false},
	{"func([2]%s, ...string) int", "reflect.FuncOf([]reflect.Type{reflect.ArrayOf(2, %s), reflect.TypeFor[[]string]()}, []reflect.Type{reflect.TypeFor[int]()}, true)", false},
	{"struct{ X %s }", "reflect.StructOf([]reflect.StructField{{Name: \"X\", Type: %s}})", false},
	{"struct { X [3]%s; Y int }", "reflect.StructOf([]reflect.StructField{{Name: \"X\", Type: reflect.ArrayOf(3, %s)}, {Name: \"Y\", Type: reflect.TypeFor[int]()}})", false},
}

// composite is the zero value of a type without a name, made of one of the program's, and how
// reflection makes it.
func (p *randomProgram) composite() (v randomValue) {
	of, c := p.value(), composites[p.IntN(len(composites))]
	typ := fmt.Sprintf(c.typ, of.typ)
	return randomValue{
		text: "*new(" + typ + ")", typ: typ, needs: of.needs, comparable: c.comparable,
		made: "reflect.Zero(" + fmt.Sprintf(c.made, "reflect.TypeOf("+of.text+")") + ").Interface()",
	}
}

// thing is a value or a composite, likely one that was stored before.
func (p *randomProgram) thing() randomValue {
	switch n := p.IntN(6); {
	case n > 1 && len(p.stored) > 0:
		return p.stored[p.IntN(len(p.stored))]
	case n == 0:
		return p.composite()
	}
	return p.value()
}

// fits is a value that an interface can hold, likely one that it does.
func (p *randomProgram) fits(i *randomInterface) (v randomValue, ok bool) {
	if len(i.stored) > 0 && p.IntN(3) > 0 {
		return i.stored[p.IntN(len(i.stored))], true
	}
	for range 10 {
		if v = p.value(); i.holds(v) {
			return v, true
		}
	}
	return v, false
}

func (i *randomInterface) holds(v randomValue) bool {
	for m := range i.methods {
		if !v.methods[m] {
			return false
		}
	}
	return true
}

func (p *randomProgram) anInterface() *randomInterface {
	return p.interfaces[p.IntN(len(p.interfaces))]
}

// store adds a statement that puts a value into an interface.
func (p *randomProgram) store() {
	anys := p.anys.name()
	held := []*piece{p.anys}
	keep := func(v randomValue, text string) {
		p.stored = append(p.stored, v)
		p.do(fmt.Sprintf("%s = append(%[1]s, %s)", anys, text), held, v.needs)
	}
	switch p.IntN(10) {
	case 0:
		v := p.thing()
		keep(v, v.text)
	case 1, 9:
		v := p.composite()
		keep(v, v.made)
	case 2:
		if v := p.value(); v.plain && v.comparable {
			keep(v, fmt.Sprintf("viaGob(%s)", v.text))
		}
	case 3:
		if v := p.value(); v.plain && p.IntN(8) == 0 {
			keep(v, fmt.Sprintf("viaWorker(%s)", v.text))
		}
	case 4:
		if v := p.thing(); v.comparable {
			p.stored = append(p.stored, v)
			p.do(fmt.Sprintf("%s[%s]++", p.keys.name(), v.text), []*piece{p.keys}, v.needs)
		}
	default:
		p.storeIn(p.anInterface())
	}
}

// storeIn adds a statement that puts a value into an interface with methods.
func (p *randomProgram) storeIn(i *randomInterface) {
	v, ok := p.fits(i)
	if !ok {
		p.do(fmt.Sprintf("for _, v := range %s { if x, ok := v.(%s); ok { %s = append(%[3]s, x) } }", p.anys.name(), i.name, i.slice), i.needs, []*piece{p.anys})
		return
	}
	i.stored, p.stored = append(i.stored, v), append(p.stored, v)
	switch p.IntN(6) {
	case 0:
		p.do(fmt.Sprintf("reflect.ValueOf(&%s).Elem().Set(reflect.Append(reflect.ValueOf(%[1]s), reflect.ValueOf(%s)))", i.slice, v.text), i.needs, v.needs)
	case 1:
		if v.comparable {
			p.do(fmt.Sprintf("%s[%s]++", i.table, v.text), i.needs, v.needs)
		}
	case 2:
		if i.name == "error" {
			p.do(fmt.Sprintf("%s = fmt.Errorf(\"w: %%w\", %s)", p.err.name(), v.text), []*piece{p.err}, v.needs)
		}
	case 3:
		p.do(fmt.Sprintf("for _, v := range %s { if x, ok := v.(%s); ok { %s = append(%[3]s, x) } }", p.anys.name(), i.name, i.slice), i.needs, []*piece{p.anys})
	default:
		p.do(fmt.Sprintf("%s = append(%[1]s, %s)", i.slice, v.text), i.needs, v.needs)
	}
}

// show adds statements that print, behind a mark that says whose line it is.
func (p *randomProgram) show(text string, needs ...[]*piece) {
	p.names++
	p.do(fmt.Sprintf("fmt.Print(\"%d.%d: \")\n%s\nfmt.Println()", p.number, p.names, text), needs...)
}

// look adds a statement that prints what values in interfaces are.
func (p *randomProgram) look() {
	v, i := p.thing(), p.anInterface()
	anys, keys, err := []*piece{p.anys}, []*piece{p.keys}, []*piece{p.err}
	switch p.IntN(11) {
	case 0, 9, 10:
		p.lookFor(i)
	case 1:
		p.show(fmt.Sprintf("for _, v := range %s { _, ok := v.(%s); fmt.Print(ok, \" \") }", p.anys.name(), v.typ), anys, v.needs)
	case 2:
		p.show(fmt.Sprintf("for _, v := range %s { _, ok := v.(%s); fmt.Printf(\"%%T %%v \", v, ok) }", p.anys.name(), i.name), anys, i.needs)
	case 3:
		if v.comparable {
			p.show(fmt.Sprintf("fmt.Print(len(%s), %[1]s[%s])", p.keys.name(), v.text), keys, v.needs)
		}
	case 4:
		is := p.declare("func %s[T any](v any) bool { _, ok := v.(T); return ok }")
		p.show(fmt.Sprintf("for _, v := range %s { fmt.Print(%s[%s](v), \" \") }", p.anys.name(), is.name(), v.typ), anys, v.needs, []*piece{is})
	case 5:
		p.show(fmt.Sprintf("for _, v := range %s { fmt.Print(reflect.TypeOf(v) == reflect.TypeFor[%s](), \" \") }", p.anys.name(), v.typ), anys, v.needs)
	case 6:
		if v, ok := p.fits(p.interfaces[0]); ok { // an error
			p.show(fmt.Sprintf("{ _, ok := errors.AsType[%s](%s); fmt.Print(ok) }", v.typ, p.err.name()), err, v.needs)
			if v.comparable {
				p.show(fmt.Sprintf("fmt.Print(errors.Is(%s, %s))", p.err.name(), v.text), err, v.needs)
			}
		}
	default:
		p.lookAt(i)
	}
}

// lookFor adds a type switch, in a function.
func (p *randomProgram) lookFor(i *randomInterface) {
	cases, needs := "", slices.Clone(i.needs)
	in, slice := "any", p.anys.name()
	if p.IntN(2) == 0 {
		in, slice = i.name, i.slice
	}
	seen := map[string]bool{}
	candidates := slices.Concat(p.stored, []randomValue{p.composite(), p.value(), p.value()})
	p.Shuffle(len(candidates), func(a, b int) { candidates[a], candidates[b] = candidates[b], candidates[a] })
	for _, v := range candidates {
		if seen[v.typ] || in != "any" && !i.holds(v) || p.IntN(4) == 0 {
			continue
		}
		seen[v.typ] = true
		cases += fmt.Sprintf("\n\tcase %s: return %q", v.typ, v.typ)
		needs = append(needs, v.needs...)
	}
	f := p.declare("func %s(v "+in+") string {\n\tswitch v.(type) {"+cases+"\n\t}\n\treturn \"?\"\n}", needs...)
	p.show(fmt.Sprintf("for _, v := range %s { fmt.Print(%s(v), \" \") }", slice, f.name()), needs, []*piece{f, p.anys})
}

// lookAt adds a look at what an interface with methods holds.
func (p *randomProgram) lookAt(i *randomInterface) {
	other := p.anInterface()
	v, ok := p.fits(i)
	switch p.IntN(4) {
	case 0:
		if ok && v.comparable {
			p.show(fmt.Sprintf("for _, v := range %s { fmt.Print(v == %s(%s), \" \") }", i.slice, parens(i.name), v.text), i.needs, v.needs)
		}
	case 1:
		if ok && v.comparable {
			p.show(fmt.Sprintf("fmt.Print(len(%s), %[1]s[%s])", i.table, v.text), i.needs, v.needs)
		}
	case 2:
		if ok {
			p.show(fmt.Sprintf("for _, v := range %s { _, ok := v.(%s); fmt.Print(ok, \" \") }", i.slice, v.typ), i.needs, v.needs)
		}
	default:
		p.show(fmt.Sprintf("for _, v := range %s { x, ok := any(v).(%s); fmt.Printf(\"%%T %%v \", x, ok) }", i.slice, other.name), i.needs, other.needs)
	}
}

// parens makes a type the beginning of a conversion.
func parens(typ string) string {
	if strings.HasPrefix(typ, "interface") {
		return "(" + typ + ")"
	}
	return typ
}
