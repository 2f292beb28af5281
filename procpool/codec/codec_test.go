package codec_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"math/big"
	"os"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parago/parago/procpool/codec"
)

type celsius float64

type point struct{ X, y int }

type node struct {
	Name string
	next *node
	kids []*node
	attr map[string]any
}

type config struct {
	Mu sync.Mutex
	N  int
}

type outer struct {
	cfg  *config
	Hook func()
	//lint:ignore U1000 the codec looks at it
	c chan int
	time.Time
}

type shape interface{ area() float64 }

type square struct{ side float64 }

func (s square) area() float64 { return s.side * s.side }

type codeError struct{ Code int }

func (e *codeError) Error() string { return fmt.Sprint("code ", e.Code) }

// slices contain slices.
type slices []slices

func itself() slices {
	s := slices{nil}
	s[0] = s
	return s
}

type secret struct{ n int }

func (s secret) GobEncode() ([]byte, error) { return []byte{byte(s.n)}, nil }
func (s *secret) GobDecode(b []byte) error  { s.n = int(b[0]); return nil }

//lint:ignore U1000 the codec looks at it
type panicky struct{ n int }

func (panicky) MarshalBinary() ([]byte, error) { panic("no way") }
func (*panicky) UnmarshalBinary([]byte) error  { return nil }

func registry() *codec.Registry {
	var r codec.Registry
	r.RegisterType(reflect.TypeFor[square]())
	r.RegisterType(reflect.TypeFor[codeError]())
	r.RegisterType(reflect.TypeFor[node]())
	return &r
}

func roundTrip[T any](t *testing.T, r *codec.Registry, v T) T {
	t.Helper()
	data, err := r.Encode(nil, reflect.ValueOf(&v).Elem())
	if err != nil {
		t.Fatalf("encode %T: %v", v, err)
	}
	var out T
	if err := r.Decode(data, reflect.ValueOf(&out)); err != nil {
		t.Fatalf("decode %T: %v", v, err)
	}
	return out
}

func TestValuesComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	values := []any{
		true, 1, -1, int8(-128), int16(300), int32(-1 << 31), int64(math.MinInt64), uint(7), uint8(255), uint64(math.MaxUint64), uintptr(3),
		float32(1.5), math.Inf(-1), complex64(1 + 2i), 3 + 4i, "", "héllo", celsius(36.6), time.Second,
		[]byte(nil), []byte{}, []byte("abc"), []int{1, -2, 3}, []float64{0.5}, []string{"a", ""}, [][]int{nil, {}, {1}}, []bool{true, false},
		[3]int16{1, 2, 3}, [0]int{}, map[string]int(nil), map[string]int{}, map[string][]int{"a": {1}}, map[point]string{{1, 2}: "p"},
		point{1, 2}, &point{3, 4}, (*point)(nil), struct{}{}, []struct{}{{}, {}}, struct {
			a any
			B error
		}{a: 1, B: nil},
		[]any{1, "x", nil, []any{2.5}, map[string]any{"k": 1}, square{2}, &square{3}}, []celsius{1, 2},
		big.NewInt(1 << 60), secret{9}, &node{Name: "n", attr: map[string]any{"x": 1}}, []shape{square{1}, nil},
		struct{ f func() }{}, struct{ c chan int }{},
	}
	r := registry()
	for _, v := range values {
		out := reflect.New(reflect.TypeOf(v))
		data, err := r.Encode(nil, reflect.ValueOf(v))
		if err != nil {
			t.Errorf("encode %T %v: %v", v, v, err)
			continue
		}
		if err := r.Decode(data, out); err != nil {
			t.Errorf("decode %T %v: %v", v, v, err)
			continue
		}
		if !reflect.DeepEqual(out.Elem().Interface(), v) {
			t.Errorf("%T %#v came back as %#v", v, v, out.Elem().Interface())
		}
	}
}

func TestNaNStaysNaNAlsoAsAKey(t *testing.T) {
	t.Parallel()
	r := registry()
	if v := roundTrip(t, r, math.NaN()); !math.IsNaN(v) {
		t.Errorf("NaN came back as %v", v)
	}
	m := roundTrip(t, r, map[float64]int{math.NaN(): 1})
	if len(m) != 1 {
		t.Errorf("a map with a NaN came back with %d entries", len(m))
	}
}

func TestSharingAndCycles(t *testing.T) {
	t.Parallel()
	r := registry()
	a := &node{Name: "a"}
	b := &node{Name: "b", next: a}
	a.next = b
	a.kids = []*node{b, b, a}
	a.attr = map[string]any{"self": a}
	out := roundTrip(t, r, a)
	if out.next.next != out || out.kids[0] != out.next || out.kids[2] != out || out.attr["self"] != any(out) {
		t.Errorf("sharing is lost: %+v", out)
	}
	m := map[string]any{}
	m["m"] = m
	got := roundTrip(t, r, m)
	got["x"] = 1
	if got["m"].(map[string]any)["x"] != 1 {
		t.Error("a map that contains itself came back as two")
	}
}

func TestTimesKeepInstantAndZone(t *testing.T) {
	t.Parallel()
	r := registry()
	for _, v := range []time.Time{{}, time.Now(), time.Now().UTC(), time.Unix(-1, 5).In(time.FixedZone("X", 3600)), time.Now().In(time.FixedZone("EST", 3600))} {
		out := roundTrip(t, r, v)
		if !out.Equal(v) || out.String() != v.Round(0).String() {
			t.Errorf("%v came back as %v", v, out)
		}
	}
}

func TestStandardTypesWithTheirOwnEncoding(t *testing.T) {
	t.Parallel()
	r := registry()
	if out := roundTrip(t, r, regexp.MustCompile("a+b")); !out.MatchString("aab") {
		t.Error("a regexp does not match any more")
	}
	x, _ := new(big.Float).SetString("1.25")
	if out := roundTrip(t, r, any(x)); out.(*big.Float).Cmp(x) != 0 {
		t.Errorf("big.Float came back as %v", out)
	}
	var buf bytes.Buffer
	buf.WriteString("abc")
	if out := roundTrip(t, r, &buf); out.String() != "abc" {
		t.Errorf("buffer came back as %q", out)
	}
}

func TestStructsMatchByName(t *testing.T) {
	t.Parallel()
	r := registry()
	data, err := r.Encode(nil, reflect.ValueOf(struct {
		X     int
		Xy    string
		Extra []int
	}{1, "s", []int{1}}))
	if err != nil {
		t.Fatal(err)
	}
	var out struct {
		New int
		y   string
		X   int64
	}
	if err := r.Decode(data, reflect.ValueOf(&out)); err != nil {
		t.Fatal(err)
	}
	if out.y != "s" || out.X != 1 {
		t.Errorf("got %+v", out)
	}
}

func TestErrorsKeepIsAndAs(t *testing.T) {
	t.Parallel()
	r := registry()
	_, notThere := os.Open("/does/not/exist")
	mine := errors.New("mine")
	err := fmt.Errorf("top: %w", errors.Join(io.EOF, notThere, &codeError{7}, mine, context.Canceled))
	out := roundTrip(t, r, err)
	if out.Error() != err.Error() {
		t.Errorf("text %q, want %q", out, err)
	}
	for _, want := range []error{io.EOF, fs.ErrNotExist, context.Canceled, mine} {
		if !errors.Is(out, want) {
			t.Errorf("errors.Is(%v) is lost", want)
		}
	}
	var path *fs.PathError
	var code *codeError
	if !errors.As(out, &path) || path.Path != "/does/not/exist" || !errors.As(out, &code) || code.Code != 7 {
		t.Errorf("errors.As is lost: %v %v", path, code)
	}
	var remote *codec.RemoteError
	if !errors.As(out, &remote) || remote.Type != "*fmt.wrapError" {
		t.Errorf("remote %+v", remote)
	}
	if roundTrip(t, r, error(nil)) != nil {
		t.Error("a nil error came back as one")
	}
}

func TestWhatCannotCrossIsNamed(t *testing.T) {
	t.Parallel()
	locked := &config{}
	locked.Mu.Lock()
	file := os.Stdout
	deep := &node{}
	for range 300_000 {
		deep = &node{next: deep}
	}
	for _, c := range []struct {
		v          any
		path, text string
	}{
		{outer{cfg: locked}, ".cfg.Mu", ".cfg.Mu: sync.Mutex cannot cross"},
		{outer{Hook: func() {}}, ".Hook", ".Hook: func() cannot cross"},
		{[]any{1, make(chan int)}, "[1]", "[1]: chan int cannot cross"},
		{map[string]any{"f": file}, `["f"]`, "os.File"},
		{struct{ ctx context.Context }{context.Background()}, ".ctx", "context.backgroundCtx"},
		{panicky{}, "", "no way"},
		{deep, ".", "nested too deeply"},
		{itself(), "[0]", "[0]: nested too deeply, as what contains itself"},
	} {
		_, err := registry().Encode(nil, reflect.ValueOf(c.v))
		var e *codec.EncodeError
		if !errors.As(err, &e) || !strings.HasPrefix(e.Path, c.path) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%T: error %.200v, want path %s and %q", c.v, err, c.path, c.text)
		}
	}
}

func TestHostileMessages(t *testing.T) {
	t.Parallel()
	r := registry()
	good, err := r.Encode(nil, reflect.ValueOf([]any{[]string{"a"}, map[string]any{"x": 1}, &point{1, 2}, io.EOF}))
	if err != nil {
		t.Fatal(err)
	}
	for i := range good { // every prefix, and every byte changed
		for _, b := range []byte{0, 1, 0x7f, 0x80, 0xff} {
			bad := bytes.Clone(good)
			bad[i] = b
			var v any
			r.Decode(bad, reflect.ValueOf(&v))
		}
		var out []any
		if err := r.Decode(good[:i], reflect.ValueOf(&out)); err == nil {
			t.Errorf("%d of %d bytes were enough", i, len(good))
		}
	}
	var many []struct{}
	if err := r.Decode([]byte{3, 's', 't', 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f}, reflect.ValueOf(&many)); err == nil {
		t.Error("no error for a slice of billions")
	}
}

// FuzzCodec checks that whatever decodes can be encoded and comes back the same.
func FuzzCodec(f *testing.F) {
	r := registry()
	for _, v := range []any{1, "s", []any{1, "a", nil}, map[string]int{"a": 1}, &node{Name: "n"}, io.EOF, []error{fs.ErrExist}, point{1, 2}, time.Unix(1, 2), []float64{1}} {
		data, err := r.Encode(nil, reflect.ValueOf(&v).Elem())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var v any
		if r.Decode(data, reflect.ValueOf(&v)) != nil {
			return
		}
		again, err := r.Encode(nil, reflect.ValueOf(&v).Elem())
		if err != nil {
			return // a wrapped nil, for one
		}
		var w any
		if err := r.Decode(again, reflect.ValueOf(&w)); err != nil {
			t.Fatalf("what was decoded and encoded does not decode: %v", err)
		}
		third, err := r.Encode(nil, reflect.ValueOf(&w).Elem())
		if err != nil || len(third) != len(again) {
			t.Fatalf("%d bytes, then %d, error %v", len(again), len(third), err)
		}
	})
}

func BenchmarkInt(b *testing.B) {
	r := registry()
	var buf []byte
	for i := 0; b.Loop(); i++ {
		buf, _ = r.Encode(buf[:0], reflect.ValueOf(i))
		var out int
		if err := r.Decode(buf, reflect.ValueOf(&out)); err != nil {
			b.Fatal(err)
		}
	}
}
