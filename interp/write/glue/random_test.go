package glue_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/parago/parago/interp/write/glue"
)

// grammar is what random cells are made of: for each type, expressions of it, with
// <types> in the places of others. Those that come first are leaves.
var grammar = map[string][]string{
	"int": {"i", "i2", "3", "-5", "p.X", "ticks", "|", "<int> + <int>", "<int> - <int>", "<int> * <int>", "<int> / <int>", "<int> % <int>", "<int> & <int>", "<int> | <int>",
		"<int> ^ <int>", "<int> &^ <int>", "<int> << <count>", "<int> >> <count>", "-<int>", "^<int>", "(<int>)", "<[]int>[<index>]", "len(<string>)", "len(<[]int>)", "cap(xs)", "len(<map>)",
		"<Pt>.X", "<*Pt>.X", "rc.ID", "rc.X", "rc.Arr[<index>]", "ar[<index>]", "<map>[<string>]", "*ip", "square(<int>)", "tick()", "fn(<int>)", "adder(<int>)(<int>)", "rc.Fn(<int>)",
		"int(<int8>)", "int(<uint8>)", "int(<uint32>)", "int(<int64>)", "int(<float64>)", "int(<Day>)", "int(<Small>)", "rc.GetID()", "<Scores>.Total()", "len(<Names>)", "copy(xs, <[]int>)",
		"strings.Index(<string>, <string>)", "rc.N", "rc.hidden.N", "len(<Pt>.z)", "<any>.(int)", "apply(square, <int>)", "grid[<index>][<index>]", "row[<index>]", "row.Sum()", "rows[<index>].Sum()", "(*pxs)[<index>]", "len(*pxs)", "wrap.Sum()", "by[<Pt>]", "recs[<index>].Arr[<index>]", "recs[<index>].N", "marr[<string>][<index>]", "(**ppp).X", "(*par)[<index>]", "apply(fn, <int>)", "(&hidden{<int>}).Inc()", "<[][]int>[<index>][<index>]", "len(ps)", "int(<rune>)", "<Str>.Size()"},
	"int8": {"i8", "rc.In.A", "7", "|", "<int8> + <int8>", "<int8> * <int8>", "<int8> - <int8>", "-<int8>", "<int8> << <count>", "<int8> >> <count>", "<int8> / <int8>", "<int8> % <int8>", "^<int8>",
		"int8(<int>)", "int8(<uint8>)", "int8(<int64>)", "width8(<int8>)", "i8s[<index>]", "<Inner>.B", "int8(<Small>)", "<int8> &^ <int8>"},
	"int64":  {"i64", "1 << 62", "|", "<int64> + <int64>", "<int64> * <int64>", "<int64> - 1", "-<int64>", "<int64> >> <count>", "int64(<int>)", "int64(<uint64>)", "int64(<float64>)", "<int64> / <int64>", "int64(<Duration>)"},
	"uint8":  {"u8", "s[<index>]", "bs[<index>]", "'z'", "200", "|", "<uint8> + <uint8>", "<uint8> * <uint8>", "<uint8> - <uint8>", "<uint8> << <count>", "<uint8> >> <count>", "^<uint8>", "<uint8> / <uint8>", "uint8(<int>)", "uint8(<uint32>)", "-<uint8>", "t[<index>]"},
	"uint32": {"u32", "17", "|", "<uint32> + <uint32>", "<uint32> * <uint32>", "<uint32> - <uint32>", "<uint32> << <count>", "<uint32> >> <count>", "<uint32> / <uint32>", "<uint32> % <uint32>", "uint32(<int>)", "uint32(<uint64>)", "uint32(<rune>)"},
	"uint64": {"u64", "1 << 63", "|", "<uint64> + <uint64>", "<uint64> * <uint64>", "<uint64> - <uint64>", "<uint64> >> <count>", "<uint64> << <count>", "<uint64> / <uint64>", "uint64(<int>)", "uint64(<uint8>)", "^<uint64>", "uint64(<int8>)"},
	"rune":   {"r", "'é'", "|", "<rune> + 1", "rune(<int>)", "rune(<uint8>)", "[]rune(<string>)[<index>]", "<rune> - 'a'"},
	"float64": {"f64", "2.5", "p.Y", "-1e3", "|", "<float64> + <float64>", "<float64> * <float64>", "<float64> - <float64>", "<float64> / <float64>", "-<float64>", "float64(<int>)", "float64(<float32>)", "float64(<uint64>)", "<Pt>.Y", "fs[<index>]", "float64(<Celsius>)",
		"math.Sqrt(<float64>)", "math.Max(<float64>, <float64>)", "<Shape>.Area()", "wrap.Area()", "real(<complex128>)", "imag(c128)", "math.Floor(<float64>)", "p.norm()", "<Duration>.Seconds()"},
	"float32":    {"f32", "0.1", "|", "<float32> + <float32>", "<float32> * <float32>", "<float32> / <float32>", "-<float32>", "float32(<float64>)", "float32(<int>)", "float32(<int64>)"},
	"complex128": {"c128", "2i", "|", "<complex128> + <complex128>", "<complex128> * <complex128>", "-<complex128>", "complex(<float64>, <float64>)", "complex128(c64)", "<complex128> - 1"},
	"bool": {"b", "true", "i > 3", "|", "<int> < <int>", "<int> == <int>", "<string> == <string>", "<string> < <string>", "<float64> >= <float64>", "<uint8> != <uint8>", "!<bool>", "<bool> && <bool>", "<bool> || <bool>", "(<bool>)", "<bool> == <bool>",
		"<*Pt> == <*Pt>", "<*Pt> == nil", "<any> == nil", "<any> != <any>", "<error> == nil", "<error> != nil", "nil == <Shape>", "<Pt> == <Pt>", "<Inner> != <Inner>", "ar == rc.Arr", "<any> == <int>", "<Shape> == <Shape>", "<[]int> == nil", "<map> != nil", "fn == nil", "bool(<Flag>)",
		"<Day> > <Day>", "<Str> == <Str>", "<rune> <= <rune>", "<uint64> > <uint64>", "<int8> < <int8>", "<complex128> == <complex128>", "strings.Contains(<string>, <string>)", "note(<string>) == <string>", "errors.Is(<error>, <error>)", "<Duration> < <Duration>", "<error> == <error>", "<any> == <string>", "<float32> < <float32>", "row == rows[<index>]", "grid[<index>] == ar", "ppp == nil", "*ppp == pp", "pxs == &ys"},
	"string": {"s", "s2", `"lit"`, `""`, "rc.Name", "|", "<string> + <string>", "<string>[<low>:]", "<string>[:<low>]", "<string>[<low>:<high>]", "ss[<index>]", "<[]string>[<index>]", "string(<rune>)", "string(<[]byte>)", "string(<Str>)", "strings.ToUpper(<string>)", "strings.Repeat(<string>, 2)",
		"fmt.Sprint(<any>, <any>)", "fmt.Sprintf(\"%v|%T\", <any>, <any>)", "note(<string>)", "take(<int>, <string>)", "<Pt>.String()", "<Day>.String()", "anyOf(<any>)", "errOf(<error>)", "shapeOf(<Shape>)", "anys(<any>, <any>, <any>)", "anys()", "anys(<[]any>...)", "variadic(<string>, <int>, <int>)", "variadic(<string>)", "variadic(<string>, <[]int>...)",
		"mi[<int>]", "p.z", "<Pt>.z", "<*Pt>.z", "ps[<index>].z", "a.(string)", "rc.z", "strings.Map(unicode.ToUpper, <string>)", "<Names>.Join()", "strconv.Itoa(<int>)", "isType(<any>)", "take(pair())", "strings.Join(<[]string>, <string>)", "strings.Trim(<string>, <string>)", "<Duration>.String()", "strconv.Quote(<string>)", "anys(pair())", "md[<Day>]", "strings.Split(<string>, \"l\")[0]", "when.Format(time.RFC3339)"},
	"Str":      {"t", `"abc"`, "|", "<Str> + <Str>", "Str(<string>)", "<Str>[<low>:]", `<Str> + "x"`},
	"Day":      {"d", "4", "Monday", "|", "<Day> + <Day>", "<Day> * <Day>", "Day(<int>)", "<Day>.Next()", "<Day> - 1", "-<Day>", "<Day> << 1", "Day(<int8>)"},
	"Small":    {"sm", "100", "|", "<Small> + <Small>", "<Small> * <Small>", "Small(<int>)", "-<Small>"},
	"Celsius":  {"cel", "1.5", "|", "<Celsius> + <Celsius>", "<Celsius> * 2", "Celsius(<float64>)", "-<Celsius>", "<Celsius> / <Celsius>"},
	"Flag":     {"fl", "true", "|", "!<Flag>", "<Flag> && <Flag>", "Flag(<bool>)", "<Flag> || <Flag>", "<Flag> == <Flag>", "<int> > <int>", "<string> == <string>"},
	"Duration": {"dur", "time.Second", "|", "<Duration> + <Duration>", "<Duration> * 2", "time.Duration(<int>)", "time.Duration(<int>) * time.Millisecond", "<Duration>.Round(time.Second)"},
	"Pt":       {"p", "Pt{X: 3}", "Pt{}", "|", "Pt{X: <int>, Y: <float64>}", "Pt{<int>, <float64>, <string>}", "Pt{z: <string>}", "a2.(Pt)", "*<*Pt>", "<Pt>.Add(<Pt>)", "mkPt(<int>)", "ps[<index>]", "mp[<string>]", "pa[<index>]", "(<Pt>)"},
	"*Pt":      {"pp", "np", "&p", "rc.Pt", "|", "&Pt{X: <int>}", "&Pt{z: <string>, X: <int>}", "mkPtp(<int>)", "&ps[<index>]", "pps[<index>]", "mpp[<string>]", "new(Pt)", "&pa[<index>]"},
	"Inner":    {"rc.In", "Inner{}", "|", "Inner{<int8>, <int8>}", "Inner{B: <int8>}"},
	"[]int":    {"xs", "ys", "nil", "[]int{}", "|", "append(<[]int>, <int>)", "append(<[]int>, <int>, <int>)", "append(<[]int>, <[]int>...)", "[]int{<int>, <int>}", "xs[<low>:]", "xs[:<low>]", "<[]int>[<low>:]", "<[]int>[<low>:<low>]", "xs[0:<low>:2]", "list(<int>)", "make([]int, <small>)", "make([]int, <small>, 3)", "xss[<index>]", "ms[<string>]", "[]int(nil)", "[]int{2: <int>}"},
	"[][]int":  {"xss", "|", "[][]int{<[]int>, <[]int>}", "append(xss, <[]int>)"},
	"[]string": {"ss", "rc.Tags", "|", "append(<[]string>, <string>)", "[]string{<string>, <string>}", "strings.Fields(<string>)", "[]string(<Names>)", "ss[<low>:]"},
	"[]byte":   {"bs", "|", "[]byte(<string>)", "append(<[]byte>, <string>...)", "append(<[]byte>, <uint8>)", "bs[<low>:]"},
	"[]any":    {"as", "|", "[]any{<any>, <any>}", "append(as, <any>)", "append(<[]any>, <[]any>...)"},
	"[]Pt":     {"ps", "|", "[]Pt{<Pt>, {X: <int>}}", "append(ps, <Pt>)", "ps[:<low>]"},
	"map":      {"m", "nm", "rc.Count", "|", "map[string]int{<string>: <int>}", "map[string]int(<Scores>)", "map[string]int{}"},
	"Names":    {"ns", "|", "Names{<string>, <string>}", "Names(<[]string>)", "append(ns, <string>)", "ns[<low>:]"},
	"Scores":   {"sc", "|", "Scores{<string>: <int>}", "Scores(<map>)"},
	"any":      {"a", "a2", "nil", "1", `"s"`, "1.5", "'c'", "|", "<int>", "<string>", "<Pt>", "<*Pt>", "<bool>", "<float64>", "<int8>", "<Day>", "<[]int>", "<map>", "<error>", "<Shape>", "<Names>", "as[<index>]", "mkAny(<small>)", "ma[<string>]", "<Inner>", "<uint8>", "<rune>", "<Celsius>", "<Duration>", "<float32>", "<complex128>", "<[]string>", "<[]Pt>", "any(<int>)", "<Flag>", "<Str>", "<uint64>", "&<Inner>{}", "struct{}{}", "<[]byte>", "rc.Any"},
	"error":    {"e", "e2", "nil", "|", "fail(<small>)", "errors.New(<string>)", "&MyErr{Code: <int>}", "VErr(<int>)", "typedNil()", "es[<index>]", "fmt.Errorf(\"w: %w\", <error>)", "rc.Err", "errors.Join(<error>, <error>)", "errors.Unwrap(<error>)"},
	"Shape":    {"sh", "nsh", "nil", "szd", "|", "Sq{Side: <float64>}", "Sq{<float64>}", "&Rect{<float64>, 2}", "mkShape(<small>)", "Shape(Sq{<float64>})"},
	"index":    {"0", "1", "0", "1", "0", "i - 7", "1", "0", "2", "|", "<int>", "i2 + 2", "<uint8>", "len(xs) - 3"},
	"low":      {"0", "1", "i - 6", "0", "1", "|", "<int>", "len(xs) - 3"},
	"high":     {"2", "3", "i - 4", "2", "|", "<int>"},
	"small":    {"0", "1", "2", "3", "i - 6", "|", "<int> % 4"},
	"count":    {"1", "3", "u8 >> 5", "u", "i", "|", "uint(<small>)", "<uint8>", "<int8>"},
	"stmt": {"i = <int>", "i8 = <int8>", "u8 = <uint8>", "u32 = <uint32>", "u64 = <uint64>", "i64 = <int64>", "f64 = <float64>", "f32 = <float32>", "c128 = <complex128>", "b = <bool>", "s = <string>", "t = <Str>", "d = <Day>", "sm = <Small>", "cel = <Celsius>", "fl = <Flag>", "dur = <Duration>", "r = <rune>",
		"p = <Pt>", "pp = <*Pt>", "np = <*Pt>", "*pp = <Pt>", "xs = <[]int>", "ys = <[]int>", "ss = <[]string>", "bs = <[]byte>", "as = <[]any>", "ps = <[]Pt>", "m = <map>", "ns = <Names>", "sc = <Scores>", "a = <any>", "a2 = <any>", "e = <error>", "e2 = <error>", "sh = <Shape>", "nsh = <Shape>", "xss = <[][]int>",
		"grid[<index>][<index>] = <int>", "grid[<index>] = ar", "row = Row{<int>, <int>}", "row.Fill(<int>)", "row[<index>] += <int>", "rows[<index>].Fill(<int>)", "rows[<index>][<index>] = <int>", "rows = append(rows, row)", "(*pxs)[<index>] = <int>", "*pxs = <[]int>", "pxs = &ys", "*ppp = <*Pt>", "ppp = &np", "wrap.Shape = <Shape>", "wrap.Row[<index>] = <int>", "wrap.By[<Pt>] = <int>", "by[<Pt>]++", "delete(by, <Pt>)", "recs[<index>].In.A = <int8>", "recs[<index>].Arr[<index>] = <int>", "recs[<index>].N += <int>", "recs[<index>].Tags = <[]string>", "recs[<index>].Any = <any>", "recs[<index>].SetID(<int>)", "recs = append(recs, recs[<index>])", "marr[<string>] = ar", "(*par)[<index>] -= <int>", "par = &rc.Arr", "NEW := row", "NEW := recs[<index>]", "NEW := grid", "p.X = <int>", "p.z = <string>", "pp.z = <string>", "ps[<index>].z += <string>", "pa[<index>].z = <string>", "rc.N = <int>", "rc.hidden.N++", "rc.hidden = hidden{<int>}", "rc.z = <string>", "fn = square", "p.Y = <float64>", "pp.X = <int>", "<*Pt>.X = <int>", "xs[<index>] = <int>", "ps[<index>] = <Pt>", "ps[<index>].X = <int>", "m[<string>] = <int>", "mp[<string>] = <Pt>", "mpp[<string>] = <*Pt>", "ms[<string>] = <[]int>", "mi[<int>] = <string>", "md[<Day>] = <string>", "ma[<string>] = <any>", "ar[<index>] = <int>", "ar = [3]int{<int>, 2, <int>}", "rc.Any = <any>", "rc.Err = <error>", "rc.Pt = <*Pt>", "rc.In = <Inner>", "rc.In.A = <int8>", "rc.Tags = <[]string>", "rc.Count[<string>] = <int>", "rc.ID = <int>", "rc.Arr[<index>] = <int>", "pa[<index>] = <Pt>", "pa[<index>].X = <int>", "xss[<index>] = <[]int>", "xss[<index>][<index>] = <int>", "as[<index>] = <any>", "es[<index>] = <error>", "pps[<index>] = <*Pt>", "*ip = <int>", "ns[<index>] = <string>",
		"i += <int>", "i8 += <int8>", "u8 -= <uint8>", "u32 *= <uint32>", "i /= <int>", "i8 %= <int8>", "u64 <<= <count>", "i64 >>= <count>", "i &= <int>", "f64 *= <float64>", "f32 /= <float32>", "s += <string>", "t += <Str>", "d += <Day>", "sm *= <Small>", "m[<string>] += <int>", "xs[<index>] -= <int>", "p.X += <int>", "c128 *= <complex128>", "i8++", "u8--", "d++", "xs[<index>]++", "m[<string>]--", "p.X++", "f64--", "*ip += <int>", "ps[<index>].Y /= <float64>", "pp.Y++",
		"i, i2 = <int>, <int>", "i, s = <int>, <string>", "xs[0], xs[1] = <int>, <int>", "p, ps[0] = <Pt>, <Pt>", "a, a2 = <any>, <any>", "e, nsh = <error>, <Shape>", "m[\"x\"], i = <int>, <int>", "xs, ys = <[]int>, <[]int>", "i, s = pair()", "a, s = pair()", "a, e = pairAny()", "i, e = div(<int>, <int>)", "_, _ = <int>, <Pt>", "_ = <any>",
		"i, b = m[<string>]", "p, b = mp[<string>]", "i, b = <any>.(int)", "s, b = a.(string)", "p, b = a2.(Pt)", "pp, b = mpp[<string>]", "a, b = ma[<string>]",
		"delete(m, <string>)", "delete(mp, <string>)", "delete(md, <Day>)", "copy(xs, <[]int>)", "copy(bs, <string>)", "fmt.Println(<any>, <any>)", "fmt.Println(<int>, <string>, <Pt>, <[]int>)", "fmt.Printf(\"%v %d %q\\n\", <any>, <int>, <string>)", "p.Move(<int>)", "pp.Move(<int>)", "<*Pt>.Move(<int>)", "ps[<index>].Move(<int>)", "p.shift(<int>)", "rc.SetID(<int>)", "rc.Move(<int>)", "d.Bump()", "ns.Push(<string>)", "rc.Inc()", "fail(<small>)", "div(<int>, <int>)", "tick()", "note(<string>)", "square(<int>)", "sort.Ints(xs)", "note(fmt.Sprint(<any>))", "fn = adder(<int>)", "nfn, fn = fn, nfn",
		"NEW := <int>", "NEW := <string>", "NEW := <Pt>", "NEW := <[]int>", "NEW := <any>", "NEW := <error>", "NEW := <map>", "NEW := <float64>", "NEW := <int8>", "NEW := <Day>", "NEW := <bool>", "NEW := <*Pt>", "NEW := <uint8>", "NEW := <Shape>", "NEW := <Names>", "NEW := <[]Pt>", "var NEW <typename>", "var NEW any = <any>", "var NEW error = <error>", "var NEW int8 = <int8>", "var NEW Shape = <Shape>", "NEW := &p.z", "NEW, NEW := <int>, <string>", "NEW, NEW := m[<string>]", "NEW, NEW := <any>.(Pt)", "NEW, NEW := pair()", "NEW, NEW := div(<int>, <int>)", "NEW := &p.X", "NEW := &xs[<index>]",
		"if <bool> { STMT }", "if <bool> { STMT } else { STMT; STMT }", "if <bool> { STMT } else if <bool> { STMT } else { STMT }", "if v, ok := m[<string>]; ok || <bool> { i = v; STMT }", "if v, ok := <any>.(int); ok { v++; i = v }", "if v, err := div(<int>, <int>); err != nil { STMT } else { i = v }", "if v := <Pt>; v.X > <int> { v.X++; p = v; STMT }", "if v := <[]int>; len(v) > 1 { v[0] = <int>; v = append(v, <int>); xs = v }", "if v, w := <int>, <string>; v > 3 { v, w = v*2, w+<string>; i, s = v, w }", "if err := <error>; err != nil { e = err }", "if v := <any>; v != nil { v = <any>; a = v }", "if v, w := <any>, <any>; v == w { a = v }", "{ STMT; STMT }", "if v := ar; v[0] > <int> { v[1] = <int>; ar = v } else { rc.Arr = v }", "if v := *pp; <bool> { v.X++; p = v } else { v.Y = <float64>; ps[0] = v }", "if v := rc.In; v.A < 5 { v.B = <int8>; rc.In = v; v.A++ }", "if v := ps[<index>]; <bool> { v.X = <int>; p = v }", "if v := mp[<string>]; <bool> { v.X = <int>; mp[\"q\"] = v; v.X++ }", "if v := pa; <bool> { v[1].X = <int>; v[0] = v[1]; pa = v }", "if v := xss; len(v) > 0 { v[0] = <[]int>; xs = v[0] }", "if v, w := pair(); <bool> { v++; w += <string>; i = v; s = w }"},
	"typename": {"int", "string", "Pt", "*Pt", "[]int", "map[string]int", "any", "error", "Day", "Shape", "Inner", "uint8", "[]Pt", "float32"},
	"result":   {"<any>", "<int>", "<string>", "<Pt>", "<[]int>", "<bool>", "<error>", "div(<int>, <int>)", "fail(<small>)", "pair()", "<float64>", "<Day>", "fmt.Println(<any>)", "mkAny(<small>)", "<map>", "none()"},
}

// A maker makes random cells.
type maker struct {
	*rand.Rand
	names int
}

var place = regexp.MustCompile(`<[^<> ]+>`)

// make writes something of a kind, with depth levels below it.
func (m *maker) make(kind string, depth int) string {
	rules, ok := grammar[kind]
	if !ok {
		panic("no rules for " + kind)
	}
	n := len(rules)
	if leaves := slices.Index(rules, "|"); leaves >= 0 && (depth <= 0 || m.IntN(4) == 0) {
		n = leaves
	}
	rule := rules[m.IntN(n)]
	for rule == "|" {
		rule = rules[m.IntN(n)]
	}
	text := place.ReplaceAllStringFunc(rule, func(p string) string {
		inner := m.make(p[1:len(p)-1], depth-1)
		if len(rule) > len(p) && strings.ContainsAny(inner, " &*-!^") && kind != "stmt" && kind != "result" {
			return "(" + inner + ")"
		}
		return inner
	})
	for strings.Contains(text, "NEW") {
		m.names++
		text = strings.Replace(text, "NEW", fmt.Sprintf("x%d", m.names), 1)
	}
	for strings.Contains(text, "STMT") {
		text = strings.Replace(text, "STMT", m.make("stmt", min(depth-1, 2)), 1)
	}
	return text
}

// cell writes a few statements and perhaps a result.
func (m *maker) cell() string {
	var lines []string
	for range 1 + m.IntN(4) {
		lines = append(lines, m.make("stmt", 1+m.IntN(3)))
	}
	if m.IntN(2) == 0 {
		lines = append(lines, m.make("result", 1+m.IntN(3)))
	}
	return strings.Join(lines, "\n")
}

// TestRandomCells makes cells, and runs those that are glue, also as compiled Go.
func TestRandomCells(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a large program")
	}
	h := newHost(t)
	for seed := range seeds() {
		m := &maker{Rand: rand.New(rand.NewPCG(uint64(seed), 7))}
		var trials []trial
		made, wrong, why := 0, 0, map[string]int{}
		for len(trials) < 200 {
			made++
			source := m.cell()
			u, err := h.check(source)
			if err != nil {
				wrong++
				continue
			}
			p, reason := glue.Place(u, known{h.table})
			if p == nil {
				why[reason]++
				continue
			}
			trials = append(trials, trial{source, u, p})
		}
		t.Logf("seed %d: %d cells, %d are no Go, %d are glue; the others: %v", seed, made, wrong, len(trials), why)
		try(t, h, trials, bothPanic)
	}
}
