package glue_test

import (
	"fmt"
	"go/ast"
	"go/types"
	"reflect"

	"github.com/parago/parago/interp/check"
)

// natives are the stand-ins as the session process would have them, with the variables that
// cells declare. It is what glue is to know, and what the bridge is given.
type natives struct {
	funcs   map[string]reflect.Value
	types   map[string]reflect.Type
	storage map[string]reflect.Value
}

func newNatives() *natives {
	n := &natives{map[string]reflect.Value{}, map[string]reflect.Type{}, map[string]reflect.Value{}}
	for name, f := range map[string]any{
		"note": note, "tick": tick, "shown": shown, "square": square, "inc": inc, "none": none, "div": div, "typedNil": typedNil, "fail": fail, "pair": pair,
		"pairAny": pairAny, "take": take, "variadic": variadic, "anys": anys, "anyOf": anyOf, "errOf": errOf, "shapeOf": shapeOf,
		"sizedOf": sizedOf, "mkPt": mkPt, "mkPtp": mkPtp, "mkAny": mkAny, "mkShape": mkShape, "adder": adder, "apply": apply,
		"boom": boom, "list": list, "table": table, "ptr": ptr, "width8": width8, "isType": isType, "reset": reset, "dump": dump,
		"Pt.shift": (*Pt).shift, "Pt.norm": Pt.norm,
	} {
		n.funcs[name] = reflect.ValueOf(f)
	}
	for _, sample := range []any{
		Pt{}, Base{}, Inner{}, hidden{}, Rec{}, Day(0), Flag(false), Str(""), Celsius(0), Small(0), Names{}, Scores{},
		Sq{}, Rect{}, MyErr{}, VErr(0), Safe{}, Inner2{}, new(Ref), Row{}, Wrap{}, new(Shape), new(Sized),
	} {
		t := reflect.TypeOf(sample)
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		n.types[t.Name()] = t
	}
	for name, p := range map[string]any{
		"i": &i, "i2": &i2, "i8": &i8, "i16": &i16, "i32": &i32, "i64": &i64, "u": &u, "u8": &u8, "u16": &u16, "u32": &u32, "u64": &u64, "up": &up,
		"f32": &f32, "f64": &f64, "c64": &c64, "c128": &c128, "b": &b, "s": &s, "s2": &s2, "r": &r, "p": &p, "pp": &pp, "np": &np, "rc": &rc, "rp": &rp,
		"d": &d, "t": &t, "cel": &cel, "sm": &sm, "fl": &fl, "xs": &xs, "ys": &ys, "ss": &ss, "ps": &ps, "bs": &bs, "fs": &fs, "pps": &pps, "xss": &xss,
		"i8s": &i8s, "as": &as, "es": &es, "ar": &ar, "pa": &pa, "ns": &ns, "sc": &sc, "m": &m, "nm": &nm, "mp": &mp, "mpp": &mpp, "ms": &ms, "mi": &mi,
		"mset": &mset, "md": &md, "ma": &ma, "a": &a, "a2": &a2, "e": &e, "e2": &e2, "sh": &sh, "nsh": &nsh, "szd": &szd, "fn": &fn, "nfn": &nfn,
		"dur": &dur, "ip": &ip, "when": &when, "mu": &mu, "safe": &safe, "wg": &wg, "ch": &ch, "grid": &grid, "recs": &recs, "pxs": &pxs, "ppp": &ppp, "ref": &ref, "row": &row, "rows": &rows, "wrap": &wrap, "by": &by, "marr": &marr, "par": &par, "logged": &logged, "ticks": &ticks,
	} {
		n.storage[name] = reflect.ValueOf(p)
	}
	return n
}

func (n *natives) Func(name string) (reflect.Value, bool) { v, ok := n.funcs[name]; return v, ok }
func (n *natives) Type(name string) (reflect.Type, bool)  { t, ok := n.types[name]; return t, ok }
func (n *natives) Variable(name string) (reflect.Value, bool) {
	v, ok := n.storage[name]
	return v, ok
}

func (n *natives) Allocate(name string, t reflect.Type) reflect.Value {
	v, ok := n.storage[name]
	if !ok || v.Type().Elem() != t {
		if ok && v.Type().Elem().String() == t.String() {
			panic(fmt.Sprintf("%s is of another type %s", name, t))
		}
		v = reflect.New(t)
		n.storage[name] = v
	}
	return v
}

// known is natives as package glue asks for them. Methods are there with their types.
type known struct{ *natives }

func (k known) Type(name string) bool { _, ok := k.types[name]; return ok }
func (k known) Var(name string) bool  { _, ok := k.storage[name]; return ok }

// Source knows no declaration: then no function may be a value.
func (k known) Source(*check.Decl) (*ast.FuncDecl, *types.Info) { return nil, nil }
func (k known) Func(name string) bool {
	if _, ok := k.funcs[name]; ok {
		return true
	}
	for t := range k.types {
		if len(name) > len(t) && name[:len(t)+1] == t+"." {
			return true
		}
	}
	return false
}
