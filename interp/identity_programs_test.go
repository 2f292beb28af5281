package interp_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// A piece is a declaration or a statement of a random program.
type piece struct {
	text      string
	statement bool
	needs     []*piece // declarations
	place     int      // the cell: those of even numbers are compiled, others may be glue
}

// A randomType is a type of a random program, or an instance of one.
type randomType struct {
	name       string
	literal    string          // a value; always the same one, with a constant from the program
	values     map[string]bool // methods, with signatures
	pointers   map[string]bool // those of pointers to it
	comparable bool
	plain      bool // can be encoded: no pointers, functions or interfaces in it
	needs      []*piece
}

// A randomInterface is an interface of a random program, of the library, or one without a name.
type randomInterface struct {
	name    string
	methods map[string]bool
	slice   string // the variable that holds some
	table   string // the variable that has them as keys
	stored  []randomValue
	needs   []*piece
}

// A randomValue is an expression, of a type that is written so.
type randomValue struct {
	text, typ  string
	made       string // by reflection
	methods    map[string]bool
	comparable bool
	plain      bool
	needs      []*piece
}

// A randomProgram has types, interfaces, variables that hold values in interfaces, and
// statements that put values there, in many ways, and look at what they are.
type randomProgram struct {
	*rand.Rand
	number     int
	names      int
	pieces     []*piece
	types      []*randomType
	interfaces []*randomInterface
	stored     []randomValue

	anys, keys, err *piece // variables: []any, map[any]int, error
}

// bodies are the methods that types have, with what comes after the receiver.
var bodies = map[string]string{
	"M0() int":        "{ return %d }",
	"M1() string":     "{ return fmt.Sprint(%d) }",
	"M2(n int) int":   "{ return n + %d }",
	"m3() int":        "{ return %d }",
	"M4() any":        "{ return %d }",
	"String() string": "{ return fmt.Sprint(\"s\", %d) }",
	"Error() string":  "{ return fmt.Sprint(\"e\", %d) }",
}

// newProgram makes the program of a number.
func newProgram(r *rand.Rand, number int) *randomProgram {
	p := &randomProgram{Rand: r, number: number}
	p.anys, p.keys, p.err = p.declare("var %s []any"), p.declare("var %s = map[any]int{}"), p.declare("var %s error")
	for range 2 + p.IntN(3) {
		p.addType()
	}
	p.interfaces = append(p.interfaces, &randomInterface{name: "error", methods: set("Error() string")}, &randomInterface{name: "fmt.Stringer", methods: set("String() string")})
	for range 1 + p.IntN(3) {
		p.addInterface()
	}
	for _, i := range p.interfaces {
		v := p.declare("var %s []"+i.name, i.needs...)
		m := p.declare("var %s = map["+i.name+"]int{}", i.needs...)
		i.slice, i.table, i.needs = v.name(), m.name(), append(i.needs, v, m)
	}
	for range 8 + p.IntN(6) {
		p.store()
		if p.IntN(3) == 0 {
			p.look()
		}
	}
	for range 5 {
		p.look()
	}
	p.schedule()
	return p
}

// name is what a declaration declares: its second word.
func (x *piece) name() string {
	return strings.FieldsFunc(x.text, func(r rune) bool { return strings.ContainsRune(" ([", r) })[1]
}

// fresh is a name that nothing has.
func (p *randomProgram) fresh(letter string) string {
	p.names++
	return fmt.Sprintf("%s%d_%d", letter, p.number, p.names)
}

// declare adds a declaration, in which %s is a fresh name.
func (p *randomProgram) declare(text string, needs ...*piece) *piece {
	x := &piece{text: fmt.Sprintf(text, p.fresh("x")), needs: needs}
	p.pieces = append(p.pieces, x)
	return x
}

// do adds a statement.
func (p *randomProgram) do(text string, needs ...[]*piece) {
	p.pieces = append(p.pieces, &piece{text: text, statement: true, needs: slices.Concat(needs...)})
}

func set(methods ...string) map[string]bool {
	s := map[string]bool{}
	for _, m := range methods {
		s[m] = true
	}
	return s
}

func union(sets ...map[string]bool) map[string]bool {
	all := map[string]bool{}
	for _, s := range sets {
		maps.Copy(all, s)
	}
	return all
}

// addType declares a type of a random kind, with methods.
func (p *randomProgram) addType() {
	t := &randomType{name: p.fresh("T"), values: map[string]bool{}, pointers: map[string]bool{}, comparable: true, plain: true}
	n := p.IntN(100)
	text, generic := "", false
	switch kind := p.IntN(9); {
	case kind == 0:
		text, t.literal = "int", fmt.Sprintf("%s(%d)", t.name, n)
	case kind == 1:
		text, t.literal = "string", fmt.Sprintf("%s(\"%d\")", t.name, n)
	case kind == 2:
		text, t.literal = "[2]int", fmt.Sprintf("%s{%d}", t.name, n)
	case kind == 3:
		text, t.literal, t.comparable = "[]int", fmt.Sprintf("%s{%d}", t.name, n), false
	case kind == 4:
		generic = true
	case kind < 7 && len(p.types) > 0:
		text = p.embed(t, p.types[p.IntN(len(p.types))], n)
	default:
		text, t.literal = "struct{ N int }", fmt.Sprintf("%s{%d}", t.name, n)
	}
	if generic {
		p.addGeneric(t.name)
		return
	}
	decl := &piece{text: "type " + t.name + " " + text + p.methods(t, t.name), needs: slices.Clone(t.needs)}
	p.pieces, t.needs = append(p.pieces, decl), append(t.needs, decl)
	p.types = append(p.types, t)
}

// embed makes a type a struct with another one in it.
func (p *randomProgram) embed(t, base *randomType, n int) (text string) {
	field, _, _ := strings.Cut(base.name, "[")
	t.needs, t.comparable, t.plain = base.needs, base.comparable, false
	if p.IntN(3) == 0 {
		t.values, t.pointers, t.comparable = union(base.pointers), union(base.pointers), true
		t.literal = fmt.Sprintf("%s{%s: new(%s), N: %d}", t.name, field, base.name, n)
		return fmt.Sprintf("struct { *%s; N int }", base.name)
	}
	t.values, t.pointers = union(base.values), union(base.pointers)
	t.literal = fmt.Sprintf("%s{%s: %s, N: %d}", t.name, field, base.literal, n)
	return fmt.Sprintf("struct { %s; N int }", base.name)
}

// methods writes some methods for a type, with its name as receivers have it.
func (p *randomProgram) methods(t *randomType, receiver string) (text string) {
	for _, m := range slices.Sorted(maps.Keys(bodies)) {
		if p.IntN(2) == 0 {
			continue
		}
		star := ""
		if p.IntN(3) == 0 {
			star = "*"
			delete(t.values, m)
		} else {
			t.values[m] = true
		}
		t.pointers[m] = true
		text += fmt.Sprintf("\nfunc (x %s%s) %s %s", star, receiver, m, fmt.Sprintf(bodies[m], p.IntN(1000)))
	}
	return text
}

// addGeneric declares a generic type, of which two instances are types of the program.
func (p *randomProgram) addGeneric(name string) {
	shape := &randomType{values: map[string]bool{}, pointers: map[string]bool{}}
	text := fmt.Sprintf("type %s[P any] struct{ V P }\nfunc (x %[1]s[P]) Get() P { return x.V }", name)
	decl := &piece{text: text + p.methods(shape, name+"[P]")}
	p.pieces = append(p.pieces, decl)
	arguments := []*randomType{{name: "int", literal: "1", comparable: true, plain: true}, {name: "string", literal: `"a"`, comparable: true, plain: true}}
	for _, a := range append(arguments, p.types...)[:min(2+len(p.types), 2+p.IntN(2))] {
		get := "Get() " + a.name
		p.types = append(p.types, &randomType{
			name: fmt.Sprintf("%s[%s]", name, a.name), literal: fmt.Sprintf("%s[%s]{%s}", name, a.name, a.literal),
			values: union(shape.values, set(get)), pointers: union(shape.pointers, set(get)),
			comparable: a.comparable, needs: append(slices.Clone(a.needs), decl),
		})
	}
}

// addInterface declares an interface of some methods, or takes one without a name.
func (p *randomProgram) addInterface() {
	i := &randomInterface{methods: map[string]bool{}}
	all := slices.Sorted(maps.Keys(bodies))
	for range 1 + p.IntN(2) {
		i.methods[all[p.IntN(len(all))]] = true
	}
	body := strings.Join(slices.Sorted(maps.Keys(i.methods)), "; ")
	switch p.IntN(5) {
	case 0:
		i.name = "interface{ " + body + " }"
		p.interfaces = append(p.interfaces, i)
		return
	case 1:
		decl := p.declare("type %s[P any] interface{ Get() P }")
		i.name, i.methods, i.needs = decl.name()+"[int]", set("Get() int"), []*piece{decl}
		p.interfaces = append(p.interfaces, i)
		return
	case 2:
		if base := p.interfaces[p.IntN(len(p.interfaces))]; !strings.Contains(base.name, "[") && !strings.Contains(base.name, "{") {
			i.methods, body, i.needs = union(i.methods, base.methods), base.name+"; "+body, base.needs
		}
	}
	decl := p.declare("type %s interface{ "+body+" }", i.needs...)
	i.name, i.needs = decl.name(), append(slices.Clone(i.needs), decl)
	p.interfaces = append(p.interfaces, i)
}
