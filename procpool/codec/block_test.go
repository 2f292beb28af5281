package codec

import (
	"math"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

type (
	celsius float64
	flag    bool
	point   struct {
		X, Y  int16
		label byte
		Z     float64
	}
	named struct {
		Name string
		At   [2]point
		Tags []string
	}
	chain []chain
)

// blockCases are slices whose elements cross in blocks.
var blockCases = []any{
	[]int{1, -2, math.MaxInt64, math.MinInt64},
	[]celsius{-1.5, celsius(math.Inf(1)), 0},
	[]flag{true, false},
	[]string{"", "a", strings.Repeat("long ", 1000)},
	[]complex64{1 + 2i},
	[][2][2]uint8{{{1, 2}, {3, 4}}},
	[]point{{1, -2, 'x', 3.5}, {}},
	[]named{{"n", [2]point{{X: 1}}, []string{"t", ""}}, {Tags: []string{}}, {}},
	[][]float64{{1, 2}, {}, nil},
	[]struct{}{{}, {}},
}

func block(t *testing.T, r *Registry, xs reflect.Value) Block {
	t.Helper()
	typ := r.BlockType(xs.Type().Elem())
	if typ == nil {
		t.Fatalf("%s does not cross in blocks", xs.Type())
	}
	data := append([]byte(nil), typ.Header...)
	if typ.Stride > 0 {
		data = typ.AppendSlice(data, xs)
	} else {
		for i := range xs.Len() {
			var err error
			if data, err = typ.Append(data, xs.Index(i), Options{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	b, err := r.OpenBlock(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	if b.Len() != xs.Len() {
		t.Fatalf("%d values of %s, want %d", b.Len(), xs.Type(), xs.Len())
	}
	return b
}

func TestBlock(t *testing.T) {
	for _, xs := range blockCases {
		var r Registry
		v := reflect.ValueOf(xs)
		b := block(t, &r, v)
		got := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		if err := b.Decode(got); err != nil || !reflect.DeepEqual(got.Interface(), xs) {
			t.Errorf("%T: %v %v, want %v", xs, got, err, xs)
		}
		for i := range v.Len() { // each by itself
			one := reflect.New(v.Type().Elem())
			if err := r.Decode(b.Next(), one); err != nil || !reflect.DeepEqual(one.Elem().Interface(), v.Index(i).Interface()) {
				t.Errorf("%T[%d]: %v %v, want %v", xs, i, one.Elem(), err, v.Index(i))
			}
		}
	}
}

func TestBlockKeep(t *testing.T) {
	for _, xs := range []any{[]int{1, 2, 3}, []string{"a", "bc", "d"}} {
		var r Registry
		b := block(t, &r, reflect.ValueOf(xs))
		b.Keep(2)
		got := reflect.MakeSlice(reflect.TypeOf(xs), b.Len(), b.Len())
		if err := b.Decode(got); err != nil || got.Len() != 2 || !got.Index(1).Equal(reflect.ValueOf(xs).Index(1)) {
			t.Errorf("%v %v after Keep(2) of %v", got, err, xs)
		}
	}
}

func TestBlockSkip(t *testing.T) {
	for _, xs := range []any{[]int{1, 2, 3}, []string{"a", "bc", "d"}} {
		var r Registry
		b := block(t, &r, reflect.ValueOf(xs))
		b.Skip(2)
		got := reflect.MakeSlice(reflect.TypeOf(xs), b.Len(), b.Len())
		if err := b.Decode(got); err != nil || !got.Index(0).Equal(reflect.ValueOf(xs).Index(2)) || got.Len() != 1 {
			t.Errorf("%v %v after Skip(2) of %v", got, err, xs)
		}
	}
}

// Values that came as flat ones fit other types as single values do.
func TestBlockOfAnotherType(t *testing.T) {
	type twin struct {
		Z      float32
		X, Y   int
		Xlabel byte
	}
	for _, c := range []struct{ from, want any }{
		{[]int{1, -2}, []int64{1, -2}},
		{[]int{1, 2}, []uint8{1, 2}},
		{[]celsius{1.5}, []float64{1.5}},
		{[]int{1}, []any{1}},
		{[]point{{1, -2, 'x', 3.5}}, []twin{{3.5, 1, -2, 'x'}}},
	} {
		var r Registry
		b := block(t, &r, reflect.ValueOf(c.from))
		got := reflect.MakeSlice(reflect.TypeOf(c.want), b.Len(), b.Len())
		if err := b.Decode(got); err != nil || !reflect.DeepEqual(got.Interface(), c.want) {
			t.Errorf("%T: %v %v, want %v", c.want, got, err, c.want)
		}
	}
	var r Registry
	b := block(t, &r, reflect.ValueOf([]int{300}))
	if err := b.Decode(reflect.ValueOf(make([]int8, 1))); err == nil {
		t.Error("300 fits an int8")
	}
}

func TestNoBlock(t *testing.T) {
	var r Registry
	for _, x := range []any{new(int), map[string]int{}, time.Now(), struct{ E error }{}, []any{1}, chain{}, func() {}, struct{ T time.Time }{}} {
		if b := r.BlockType(reflect.TypeOf(x)); b != nil {
			t.Errorf("%T crosses in blocks", x)
		}
	}
}

func TestBadBlock(t *testing.T) {
	var r Registry
	ints := r.BlockType(reflect.TypeFor[int]()).Header
	bools := r.BlockType(reflect.TypeFor[bool]()).Header
	texts := r.BlockType(reflect.TypeFor[string]()).Header
	long := []byte{3, wireBlock, 5, byte(reflect.Int)}
	for what, c := range map[string]struct {
		data []byte
		into any
	}{
		"nothing":             {nil, []int{}},
		"cut off":             {append(append([]byte(nil), ints...), 1, 2, 3), []int{}},
		"a bool of 2":         {append(append([]byte(nil), bools...), 2), make([]bool, 1)},
		"a text cut off":      {append(append([]byte(nil), texts...), 9, 0, 0, 0, 1), []string{}},
		"a text in a text":    {append(append([]byte(nil), texts...), 3, 0, 0, 0, 1, 'a', 'b'), make([]string, 1)},
		"strides of no type":  {append(long, 1, 2, 3, 4, 5), make([]int, 1)},
		"a message":           {[]byte{1, byte(reflect.Int), 2}, make([]int, 1)},
		"a block in a block":  {[]byte{6, wireBlock, 8, wireBlock, 8, byte(reflect.Int), 0}, nil},
		"flat texts":          {append([]byte{3, wireBlock, 16, byte(reflect.String)}, make([]byte, 16)...), make([]string, 1)},
		"flat slices of ints": {append([]byte{4, wireBlock, 24, wireSlice, byte(reflect.Int)}, make([]byte, 24)...), make([][]int, 1)},
	} {
		b, err := r.OpenBlock(c.data, nil)
		if err == nil && c.into != nil {
			err = b.Decode(reflect.ValueOf(c.into))
		}
		if err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}

// hostileStruct describes a struct whose fields have no names that Go allows, as a field that nobody has.
const hostileStruct = "\x98\x01b\x00n-000000000000000000000000000000000000000000000\x000t\x03\x0400000\x00\x18\x02000\x00a\x02n-100000000000000000000000000000000000000000000\x000t\x04\x0100\x00z\x0100\x00z\x05000000\x00z\x0100\x00z\x0400000\x00sz8\x00\x00\x0000000000000000000000000000000000000000000000000000000000"

func TestAPanicWhileABlockIsReadIsAnError(t *testing.T) {
	t.Parallel()
	for _, into := range blockCases {
		var r Registry
		b, err := r.OpenBlock([]byte(hostileStruct), nil)
		if err != nil {
			t.Fatal(err)
		}
		typ := reflect.TypeOf(into)
		if err := b.Decode(reflect.MakeSlice(typ, b.Len(), b.Len())); err == nil {
			t.Errorf("no error into a %s", typ)
		}
	}
}

// FuzzBlock holds that hostile blocks are errors, and take no more memory than is theirs.
func FuzzBlock(f *testing.F) {
	var r Registry
	for _, xs := range blockCases {
		v := reflect.ValueOf(xs)
		typ := r.BlockType(v.Type().Elem())
		data := append([]byte(nil), typ.Header...)
		for i := range v.Len() {
			data, _ = typ.Append(data, v.Index(i), Options{})
		}
		f.Add(data, byte(len(data)))
	}
	f.Fuzz(func(t *testing.T, data []byte, into byte) {
		b, err := r.OpenBlock(data, nil)
		if err != nil {
			return
		}
		typ := reflect.TypeOf(blockCases[int(into)%len(blockCases)])
		if b.Len() < 1<<16 {
			b.Decode(reflect.MakeSlice(typ, b.Len(), b.Len()))
		}
		var x any
		for range min(b.Len(), 3) {
			if message := b.Next(); len(message) > 0 {
				r.Decode(message, reflect.ValueOf(&x))
			}
		}
	})
}

// texts are strings of all sizes.
func texts(n int) []string {
	xs := make([]string, n)
	for i := range xs {
		xs[i] = strings.Repeat(string(rune('a'+i%26)), []int{0, 1, 3, aloneSize - 1, aloneSize, 20, roomSize + 1}[i%7])
	}
	return xs
}

// Strings that share memory are what they were, also those in structs and slices, and one that is kept holds little.
func TestBlockOfTexts(t *testing.T) {
	r := &Registry{}
	xs := texts(10_000)
	for _, xs := range []any{xs, [][]string{xs, nil, xs[:7]}, []named{{Name: "first", Tags: xs}, {Name: "last"}}} {
		v := reflect.ValueOf(xs)
		b := block(t, r, v)
		got := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		if err := b.Decode(got); err != nil || !reflect.DeepEqual(got.Interface(), xs) {
			t.Errorf("%T differs, %v", xs, err)
		}
	}
	small := slices.Repeat([]string{"a small one"}, 100_000)
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, kept := heap(), make([]string, 20)
	for i := range kept {
		b, got := block(t, r, reflect.ValueOf(small)), make([]string, len(small))
		if err := b.Decode(reflect.ValueOf(got)); err != nil {
			t.Fatal(err)
		}
		kept[i] = got[i*100]
	}
	if after := heap(); after > before+1<<20 {
		t.Errorf("%d strings hold %d bytes", len(kept), after-before)
	}
	runtime.KeepAlive(kept)
}

// What is encoded together is not copied again and again as it grows, and room is not made for more than there may be.
func TestAppendEachMakesRoom(t *testing.T) {
	r := &Registry{}
	for _, c := range []struct {
		name       string
		each       func(i int) []float64
		most, room float64 // allocated and kept, in sizes of the result
	}{
		{"alike", func(int) []float64 { return make([]float64, 100) }, 2.3, 1.2},
		{"the first is large", func(i int) []float64 { return make([]float64, 1+100_000/(i+1)) }, 6, 5},
		{"the last are large", func(i int) []float64 { return make([]float64, i/10) }, 4, 2},
	} {
		xs := make([][]float64, 20_000)
		for i := range xs {
			xs[i] = c.each(i)
		}
		typ := r.BlockType(reflect.TypeFor[[]float64]())
		var before, after runtime.MemStats
		ends := make([]int, 0, len(xs))
		runtime.ReadMemStats(&before)
		buf, ends, next, err := typ.AppendEach(nil, ends, reflect.ValueOf(xs), 0, 1<<20)
		runtime.ReadMemStats(&after)
		if err != nil || next != len(xs) || ends[next-1] != len(buf) {
			t.Fatal(c.name, next, len(buf), err)
		}
		size := float64(len(buf))
		if made, room := float64(after.TotalAlloc-before.TotalAlloc)/size, float64(cap(buf))/size; made > c.most || room > c.room {
			t.Errorf("%s: %.1f times the memory was made, %.1f times is held", c.name, made, room)
		}
	}
}
