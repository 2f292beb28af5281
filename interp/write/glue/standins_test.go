package glue_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"
)

// What earlier cells have declared: this file is compiled into the test, as cells are into the
// session process; it is the first cell of the scope in which the others are checked; and it
// is part of the program that runs the others as compiled Go.

type Pt struct {
	X int
	Y float64
	z string
}

func (p Pt) String() string { return fmt.Sprintf("<%d,%g,%s>", p.X, p.Y, p.z) }
func (p *Pt) Move(dx int)   { p.X += dx; p.z += "m" }
func (p Pt) Add(q Pt) Pt    { return Pt{p.X + q.X, p.Y + q.Y, p.z + q.z} }
func (p *Pt) shift(dx int)  { p.X -= dx }
func (p Pt) norm() float64  { return float64(p.X) + p.Y }

type Base struct{ ID int }

func (b *Base) SetID(n int) { b.ID = n }
func (b Base) GetID() int   { return b.ID }

type Inner struct{ A, B int8 }

type Inner2 Inner

type Ref *Pt

type Row [3]int

func (r Row) Sum() int    { return r[0] + r[1] + r[2] }
func (r *Row) Fill(n int) { r[0], r[1], r[2] = n, n, n }

type Wrap struct {
	Shape
	error
	Row
	By map[Pt]int
}

type hidden struct{ N int }

func (h *hidden) Inc() int { h.N++; return h.N }

type Rec struct {
	Base
	*Pt
	hidden
	Name  string
	Tags  []string
	Count map[string]int
	In    Inner
	Arr   [3]int
	Any   any
	Err   error
	Next  *Rec
	Fn    func(int) int
}

type Day int

func (d Day) String() string { return "day" + fmt.Sprint(int(d)) }
func (d Day) Next() Day      { return d + 1 }
func (d *Day) Bump()         { *d += 2 }

const Monday Day = 1

type Flag bool

type Str string

func (s Str) Size() int { return len(s) }

type Celsius float64

type Small int8

type Names []string

func (n Names) Join() string     { return strings.Join(n, "+") }
func (n *Names) Push(s string)   { *n = append(*n, s) }
func (n Names) Set(i int) string { n[i] = "set"; return n[i] }

type Scores map[string]int

func (s Scores) Total() (t int) {
	for _, v := range s {
		t += v
	}
	return
}

type Shape interface{ Area() float64 }

type Sq struct{ Side float64 }

func (s Sq) Area() float64 { return s.Side * s.Side }

type Sized interface {
	Shape
	Name() string
}

type Rect struct{ W, H float64 }

func (r *Rect) Area() float64  { return r.W * r.H }
func (r *Rect) Name() string   { return "rect" }
func (r *Rect) String() string { return fmt.Sprint("rect ", r.W, r.H) }

type MyErr struct{ Code int }

func (e *MyErr) Error() string { return fmt.Sprint("myerr ", e.Code) }

type VErr int

func (e VErr) Error() string { return fmt.Sprint("verr ", int(e)) }

type Safe struct {
	sync.Mutex
	Lock2 sync.RWMutex
	N     int
}

var (
	i, i2   int
	i8      int8
	i16     int16
	i32     int32
	i64     int64
	u       uint
	u8      uint8
	u16     uint16
	u32     uint32
	u64     uint64
	up      uintptr
	f32     float32
	f64     float64
	c64     complex64
	c128    complex128
	b       bool
	s, s2   string
	r       rune
	p       Pt
	pp, np  *Pt
	rc      Rec
	rp      *Rec
	d       Day
	t       Str
	cel     Celsius
	sm      Small
	fl      Flag
	xs, ys  []int
	ss      []string
	ps      []Pt
	bs      []byte
	fs      []float64
	pps     []*Pt
	xss     [][]int
	i8s     []int8
	as      []any
	es      []error
	ar      [3]int
	pa      [2]Pt
	ns      Names
	sc      Scores
	m, nm   map[string]int
	mp      map[string]Pt
	mpp     map[string]*Pt
	ms      map[string][]int
	mi      map[int]string
	mset    map[string]struct{}
	md      map[Day]string
	ma      map[string]any
	a, a2   any
	e, e2   error
	sh, nsh Shape
	szd     Sized
	fn, nfn func(int) int
	dur     time.Duration
	ip      *int
	when    time.Time
	mu      sync.Mutex
	safe    Safe
	wg      sync.WaitGroup
	ch      chan int
	grid    [2][3]int
	recs    []Rec
	pxs     *[]int
	ppp     **Pt
	ref     Ref
	row     Row
	rows    []Row
	wrap    Wrap
	by      map[Pt]int
	marr    map[string][3]int
	par     *[3]int
	logged  []string
	ticks   int
)

// reset gives the variables the values that each cell begins with.
func reset() {
	i, i2, i8, i16, i32, i64 = 7, -2, 100, 30000, 1<<30, 1<<62
	u, u8, u16, u32, u64, up = 9, 200, 60000, 4000000000, 1<<63, 11
	f32, f64 = 1.5, 2.25
	c64, c128 = 1+2i, 3-4i
	b, s, s2 = true, "héllo", "world"
	r = 'x'
	p = Pt{1, 2.5, "z"}
	pp, np = &Pt{3, 4, "p"}, nil
	rc = Rec{Base: Base{5}, Pt: &Pt{6, 7, "e"}, Name: "rec", Tags: []string{"a", "b"}, Count: map[string]int{"k": 1}, In: Inner{1, 2}, Arr: [3]int{1, 2, 3}, Any: 5, Fn: func(x int) int { return x + 1 }}
	rp = &Rec{Name: "rp"}
	d, t, cel, sm, fl = 3, "str", 36.6, 100, true
	xs, ys, ss, ps, bs, fs = []int{1, 2, 3}, []int{4, 5}, []string{"a", "b"}, []Pt{{1, 1, "a"}, {2, 2, "b"}}, []byte("bytes"), []float64{1, 2}
	pps = []*Pt{{1, 1, "pa"}, nil}
	xss = [][]int{{1}, {2, 3}}
	i8s = []int8{1, -1}
	as = []any{1, "a", nil, Pt{X: 9}}
	es = []error{nil, &MyErr{1}}
	ar, pa = [3]int{1, 2, 3}, [2]Pt{{X: 1}, {X: 2}}
	ns, sc = Names{"x", "y"}, Scores{"a": 1, "b": 2}
	m, nm = map[string]int{"a": 1}, nil
	mp, mpp, ms = map[string]Pt{"a": {5, 5, "m"}}, map[string]*Pt{"a": {6, 6, "n"}}, map[string][]int{"a": {1}}
	mi, mset, md, ma = map[int]string{1: "one"}, map[string]struct{}{"a": {}}, map[Day]string{1: "mon"}, map[string]any{"n": nil, "i": 1}
	a, a2, e, e2, sh, nsh, szd = 5, Pt{X: 1}, nil, &MyErr{3}, Sq{3}, nil, &Rect{2, 3}
	fn, nfn = func(x int) int { return x * 2 }, nil
	dur, ip, when = 1500*time.Millisecond, &i, time.Date(2020, time.March, 1, 2, 3, 4, 5, time.UTC)
	mu, safe, wg, ch = sync.Mutex{}, Safe{}, sync.WaitGroup{}, make(chan int, 2)
	grid, recs, pxs, ppp, ref = [2][3]int{{1, 2, 3}, {4, 5, 6}}, []Rec{{Name: "r0", Tags: []string{"t"}}, {In: Inner{3, 4}}}, &xs, &pp, &p
	row, rows, by, marr, par = Row{7, 8, 9}, []Row{{1}, {2}}, map[Pt]int{{X: 1}: 5}, map[string][3]int{"a": {1, 2, 3}}, &ar
	wrap = Wrap{Shape: Sq{2}, error: &MyErr{7}, Row: Row{1, 1, 1}, By: by}
	logged, ticks = nil, 0
}

// dump is what all variables hold.
func dump() string {
	var w strings.Builder
	fmt.Fprintln(&w, " ", i, i2, i8, i16, i32, i64, "|", u, u8, u16, u32, u64, up, "|", f32, f64, c64, c128, "|", b, fl)
	fmt.Fprintf(&w, "  %q %q %q %v %v %v %v %v %v\n", s, s2, r, d, t, cel, sm, dur, when)
	fmt.Fprintf(&w, "  %v %v %v %v\n", p, pp, np, rc.Pt)
	fmt.Fprintf(&w, "  %+v\n", []any{rc.Base, rc.hidden, rc.Name, rc.Tags, rc.Tags == nil, rc.Count, rc.In, rc.Arr, rc.Any, rc.Err, rc.Next != nil, rc.Fn != nil, rp != nil && rp.Name == "rp"})
	fmt.Fprintf(&w, "  %v %t %d %v %q %v %q %v\n", xs, xs == nil, cap(xs), ys, ss, ps, bs, fs)
	fmt.Fprintf(&w, "  %v %v %v %v %v %v %v %v %v\n", pps, xss, i8s, as, es, ar, pa, ns, sc)
	fmt.Fprintf(&w, "  %v %v %t %v %v %v %v %v %v %v\n", m, nm, nm == nil, mp, mpp, ms, mi, mset, md, ma)
	fmt.Fprintf(&w, "  %T %v %T %v %T %v %T %v %T %v %T %v %T\n", a, a, a2, a2, e, e, e2, e2, sh, sh, nsh, nsh, szd)
	for _, f := range []func(int) int{fn, nfn} {
		if f != nil {
			fmt.Fprint(&w, "  f(10)=", f(10))
		}
	}
	if ip != nil {
		fmt.Fprint(&w, "  *ip=", *ip, ip == &i)
	}
	fmt.Fprintln(&w, " ", safe.N, len(ch), logged)
	fmt.Fprintln(&w, " ", grid, len(recs), *pxs, pxs == &xs, *ppp, ref != nil && ref.X == p.X, row, rows, by, marr, par == &ar, wrap.Shape, wrap.error, wrap.Row, wrap.By)
	for _, r := range recs {
		fmt.Fprint(&w, "  ", []any{r.ID, r.Name, r.Tags, r.In, r.Arr, r.N, r.Any})
	}
	fmt.Fprintln(&w)
	return w.String()
}

func note(s string) string { logged = append(logged, s); return s }
func tick() int            { ticks++; return ticks }
func square(n int) int     { return n * n }
func inc() int             { i++; return i }
func none()                { note("none") }
func div(a, b int) (int, error) {
	if b == 0 {
		return 0, errors.New("div by zero")
	}
	return a / b, nil
}
func typedNil() error { var e *MyErr; return e }
func fail(n int) error {
	if n > 0 {
		return &MyErr{n}
	}
	return nil
}
func pair() (int, string)                 { return 4, "four" }
func pairAny() (any, error)               { return Pt{X: 8}, nil }
func take(n int, s string) string         { return fmt.Sprint(n, s) }
func variadic(p string, xs ...int) string { return fmt.Sprint(p, len(xs), xs, xs == nil) }
func anys(xs ...any) string {
	var b strings.Builder
	for _, x := range xs {
		fmt.Fprintf(&b, "%T=%v;", x, x)
	}
	return b.String()
}
func anyOf(x any) string { return fmt.Sprintf("%T=%v nil=%t", x, x, x == nil) }
func shown(x any) string {
	switch v := reflect.ValueOf(x); v.Kind() {
	case reflect.Func, reflect.Chan, reflect.Pointer, reflect.Struct:
		if text := fmt.Sprintf("%T", x); v.Kind() != reflect.Struct || !strings.Contains(text, "glue_test.") {
			return text // an address is not the same in another program
		}
	}
	return anyOf(x)
}
func errOf(x error) string   { return fmt.Sprintf("%T=%v nil=%t", x, x, x == nil) }
func shapeOf(x Shape) string { return fmt.Sprintf("%T=%v nil=%t", x, x, x == nil) }
func sizedOf(x Sized) string { return fmt.Sprintf("%T=%v nil=%t", x, x, x == nil) }
func mkPt(x int) Pt          { return Pt{X: x, z: "mk"} }
func mkPtp(x int) *Pt {
	if x < 0 {
		return nil
	}
	return &Pt{X: x, z: "mkp"}
}
func mkAny(n int) any {
	switch n {
	case 0:
		return nil
	case 1:
		return 1
	case 2:
		return "two"
	case 3:
		return Pt{X: 3}
	}
	return &Pt{X: 4}
}
func mkShape(n int) Shape {
	if n == 0 {
		return nil
	}
	return Sq{float64(n)}
}
func adder(n int) func(int) int        { return func(x int) int { return x + n } }
func apply(f func(int) int, n int) int { return f(n) }
func boom(v any)                       { panic(v) }
func list(n int) []int                 { return []int{n, n + 1, n + 2}[:3:3] }
func table() map[string][]string       { return map[string][]string{"k": {"v", "w"}} }
func ptr(n int) *int                   { return &n }
func width8(x int8) int8               { return x }
func isType(x any) string {
	switch x.(type) {
	case nil:
		return "nil"
	case int, int8, uint8, float32:
		return "number"
	case []Pt:
		return "[]Pt"
	case map[string]Pt:
		return "map[string]Pt"
	case Names:
		return "Names"
	case []int8:
		return "[]int8"
	case map[string][]int:
		return "map[string][]int"
	case [2]int:
		return "[2]int"
	case func(int) int:
		return "func"
	}
	return fmt.Sprintf("%T", x)
}
