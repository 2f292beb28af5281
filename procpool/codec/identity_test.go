package codec_test

import (
	"bufio"
	"bytes"
	"container/ring"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"go/token"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"hash/maphash"
	htmltemplate "html/template"
	"image"
	"image/color"
	"io"
	"log"
	"log/slog"
	"math/big"
	oldrand "math/rand"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"text/template"
	"time"
	"unique"

	"github.com/parago/parago/procpool/codec"
)

type set[T comparable] map[T]bool

type inner struct{ n int }

// local and other declare types of one name.
func local(n int) any {
	type mine struct{ n int }
	return mine{n}
}

func other(s string) any {
	type mine struct{ s string }
	return &mine{s}
}

func generic[T any](x T) any {
	type mine struct{ x T }
	return mine{x}
}

func pointing[T any](to *T) *atomic.Pointer[T] {
	p := new(atomic.Pointer[T])
	p.Store(to)
	return p
}

func begun(h hash.Hash) hash.Hash {
	h.Write([]byte("abc"))
	return h
}

// identities are values of types that nobody has registered, as an interface holds them.
var identities = []any{
	point{1, 2}, &point{1, 2}, celsius(3), []celsius{1}, map[celsius]*point{1: {2, 3}},
	set[int]{1: true}, set[point]{{1, 2}: true}, &set[image.Point]{{X: 1}: true},
	local(1), other("a"), generic(1), generic("a"), generic(local(2)), []any{local(1), other("b")},
	image.Pt(1, 2), image.Rect(1, 2, 3, 4), image.NewRGBA(image.Rect(0, 0, 2, 2)), image.NewGray16(image.Rect(0, 0, 1, 1)), image.NewUniform(color.Black),
	color.RGBA{1, 2, 3, 4}, color.Palette{color.Gray{1}, color.White},
	http.Header{"A": {"b"}}, url.Values{"a": nil}, json.RawMessage("1"), json.Number("2"), slog.LevelWarn, slog.Int("a", 1),
	bytes.NewBufferString("abc"), strings.NewReader("abc"), bytes.NewReader([]byte("abc")), bufio.NewReader(strings.NewReader("abc")),
	io.MultiReader(strings.NewReader("a"), bytes.NewReader([]byte("b"))), io.LimitReader(strings.NewReader("abc"), 2), io.NewSectionReader(strings.NewReader("abc"), 1, 1),
	rand.New(rand.NewPCG(1, 2)), oldrand.New(oldrand.NewSource(1)), rand.NewZipf(rand.New(rand.NewPCG(1, 2)), 2, 2, 9),
	big.NewInt(5), *big.NewInt(6), big.NewRat(1, 3), netip.MustParseAddr("::1"), netip.MustParsePrefix("10.0.0.0/8"), &url.URL{Host: "a"},
	time.Second, time.March, time.UTC, time.Local, time.FixedZone("X", 60), time.Unix(1, 2).UTC(),
	regexp.MustCompilePOSIX("a+|b"), ring.New(3), sha256.New(), os.FileMode(0o644), strconv.IntSize,
	[]io.Reader{strings.NewReader("a"), nil}, map[string]image.Image{"a": image.NewAlpha(image.Rect(0, 0, 1, 1))}, []error{nil}, [2]shape{square{1}}, struct {
		R io.Reader
		e error
	}{R: strings.NewReader("x")},
	struct {
		_ int32
		a int32
	}{a: 1},
	sync.Mutex{}, &sync.WaitGroup{}, http.HandlerFunc(nil), new(atomic.Int64),
	pointing[map[string]any](nil), crc32.NewIEEE(), begun(crc32.New(crc32.MakeTable(crc32.Castagnoli))), begun(crc64.New(crc64.MakeTable(crc64.ISO))),
	token.NewFileSet(),
	reflect.TypeFor[image.Image](), reflect.TypeOf(local(1)), []reflect.Type{reflect.TypeFor[[]int]()}, unique.Handle[string]{},
	template.Must(template.New("t").Parse("{{range .}}a{{else}}b{{end}}")), htmltemplate.Must(htmltemplate.New("h").Parse("<b>{{.}}")),
}

func TestTypesKeepTheirIdentity(t *testing.T) {
	t.Parallel()
	data, err := new(codec.Registry).Encode(nil, reflect.ValueOf(identities))
	if err != nil {
		t.Fatal(err)
	}
	var out []any
	if err := new(codec.Registry).Decode(data, reflect.ValueOf(&out)); err != nil {
		t.Fatal(err)
	}
	for i, v := range identities {
		if reflect.TypeOf(out[i]) != reflect.TypeOf(v) || !reflect.DeepEqual(out[i], v) {
			t.Errorf("%T %#v came back as %T %#v", v, v, out[i], out[i])
		}
	}
}

// refused are values whose type would not arrive in an interface, and what is said of them.
var refused = []struct {
	value any
	text  string
}{
	{(func(int) string)(nil), "[0]: func(int) string: a nil function or channel has no name"},
	{[]chan int{nil}, "[0]: []chan int: a nil function or channel has no name"},
	{struct{ inner }{inner{1}}, "give the type a name"},
	{[]interface{ area() float64 }{nil}, "an interface without a name has no name"},
	{unique.Make("a"), "unique.Handle[string] cannot cross"},
	{runtime.FuncForPC(reflect.ValueOf(local).Pointer()), "*runtime.Func: it stands for code of this process"},
	{map[string]any{"f": slog.Default()}, "[0][\"f\"]"},
	{template.Must(template.New("t").Funcs(template.FuncMap{"f": strings.ToUpper}).Parse("{{f .}}")), "[\"f\"]"},
	{maphash.MakeSeed(), "maphash.Seed cannot cross"},
}

func TestWhatWouldLoseItsTypeIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range refused {
		_, err := new(codec.Registry).Encode(nil, reflect.ValueOf([]any{c.value}))
		if err == nil || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%T: error %v, want %q", c.value, err, c.text)
		}
	}
}

// foreign encodes as a program would that has this one's types under another path.
func foreign(t *testing.T, v any) []byte {
	t.Helper()
	r := new(codec.Registry)
	r.PathOf(func(t reflect.Type) string { return "example.com/elsewhere/" + t.PkgPath() })
	data, err := r.Encode(nil, reflect.ValueOf(&v).Elem())
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestATypeThatIsNotThereIsNamed(t *testing.T) {
	t.Parallel()
	for _, v := range []any{point{1, 2}, &point{1, 2}, []celsius{1}, map[string]set[int]{"a": nil}, big.NewInt(1)} {
		var out any
		err := new(codec.Registry).Decode(foreign(t, v), reflect.ValueOf(&out))
		if err == nil || !strings.Contains(err.Error(), "example.com/elsewhere/") || !strings.Contains(err.Error(), "procpool.RegisterType(") {
			t.Errorf("%T: got %v, error %v", v, out, err)
		}
	}
}

// reflect.DeepEqual compares what is in an atomic.Pointer by its address.
func TestAtomicPointersPointToWhatTheyDid(t *testing.T) {
	t.Parallel()
	r := new(codec.Registry)
	p := pointing(&point{1, 2})
	if out := roundTrip(t, r, any([]any{p, p, p.Load()})).([]any); out[0] != out[1] || out[0].(*atomic.Pointer[point]).Load() != out[2] || *out[2].(*point) != (point{1, 2}) {
		t.Errorf("got %v", out)
	}
	var sent bytes.Buffer
	out := roundTrip(t, r, log.New(&sent, "a: ", log.Lmsgprefix))
	out.Print("b")
	if got := out.Writer().(*bytes.Buffer).String(); got != "a: b\n" {
		t.Errorf("logged %q", got)
	}
	files := token.NewFileSet()
	pos := files.AddFile("a.go", -1, 10).Pos(3)
	if got := roundTrip(t, r, files).Position(pos); got.String() != "a.go:1:4" {
		t.Errorf("at %v", got)
	}
}

// A time that comes back is the one that was sent, also for ==, and clocks change there as they did.
func TestTimesKeepTheirPlace(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	here, there := new(codec.Registry), new(codec.Registry)
	cross := func(from, to *codec.Registry, sent []time.Time) (out []time.Time) {
		data, err := from.Encode(nil, reflect.ValueOf(sent))
		if err == nil {
			err = to.Decode(data, reflect.ValueOf(&out))
		}
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	day := time.Date(2024, 1, 2, 3, 4, 5, 6, time.UTC)
	var sent []time.Time
	for _, l := range []*time.Location{berlin, time.UTC, time.Local, time.FixedZone("CET", 3600), time.FixedZone("EET", 7200), time.FixedZone("", 3600), time.FixedZone("UTC", 60), time.FixedZone("X", 1), time.FixedZone("X", 2)} {
		sent = append(sent, day.In(l), day.AddDate(0, 6, 0).In(l))
	}
	arrived := cross(here, there, sent)
	for i, at := range arrived {
		if got, want := at.AddDate(0, 6, 0).String(), sent[i].AddDate(0, 6, 0).String(); got != want {
			t.Errorf("half a year after %v: %s, want %s", sent[i], got, want)
		}
		if at.Location() != arrived[i^1].Location() {
			t.Errorf("%v: two places", sent[i])
		}
	}
	for i, back := range cross(there, here, arrived) {
		if back != sent[i] {
			t.Errorf("%#v came back as %#v", sent[i], back)
		}
	}
}

func TestARegisteredTypeComesBeforeOthers(t *testing.T) {
	t.Parallel()
	r := new(codec.Registry)
	r.PathOf(func(t reflect.Type) string { return "example.com/elsewhere/" + t.PkgPath() })
	r.RegisterType(reflect.TypeFor[[]point]())
	var out any
	if err := r.Decode(foreign(t, &point{1, 2}), reflect.ValueOf(&out)); err != nil || *out.(*point) != (point{1, 2}) {
		t.Errorf("got %v, error %v", out, err)
	}
}

// What a type does not have any more may be of a type that is not there.
func TestAFieldThatIsDroppedNeedsNoType(t *testing.T) {
	t.Parallel()
	type gone struct {
		B any
		c point
	}
	sent := foreign(t, &gone{B: []any{point{1, 2}}, c: point{3, 4}})
	var kept struct{ P *struct{ B int } }
	if err := new(codec.Registry).Decode(sent, reflect.ValueOf(&kept.P)); err == nil {
		t.Error("a point became an int")
	}
	var out *struct{ Z int }
	if err := new(codec.Registry).Decode(sent, reflect.ValueOf(&out)); err != nil {
		t.Error(err)
	}
}

// A price's text says less than its fields.
type price struct {
	cents int
	parts []*price
}

func (p price) MarshalText() ([]byte, error) {
	return strconv.AppendInt(nil, int64(p.cents/100), 10), nil
}
func (p *price) UnmarshalText(text []byte) error { return errors.New("not to be called") }

// A level has a part that stays, and a text instead.
type level struct {
	n    int
	hook func()
}

func (l level) MarshalText() ([]byte, error) { return strconv.AppendInt(nil, int64(l.n), 10), nil }
func (l *level) UnmarshalText(text []byte) (err error) {
	l.n, err = strconv.Atoi(string(text))
	return err
}

func TestATextIsOnlyForWhatCannotCross(t *testing.T) {
	t.Parallel()
	r := new(codec.Registry)
	sent := price{1234, []*price{{cents: 56}}}
	if out := roundTrip(t, r, sent); !reflect.DeepEqual(out, sent) {
		t.Errorf("%+v came back as %+v", sent, out)
	}
	if out := roundTrip(t, r, level{3, func() {}}); out.n != 3 {
		t.Errorf("3 came back as %+v", out)
	}
	longest := regexp.MustCompile("a+?")
	longest.Longest()
	if out := roundTrip(t, r, longest); out.FindString("aaa") != "aaa" {
		t.Error("a regexp has lost that it is to find the longest match")
	}
	shown := new(slog.LevelVar)
	shown.Set(slog.LevelError)
	if out := roundTrip(t, r, shown); out.Level() != slog.LevelError {
		t.Errorf("a level came back as %v", out)
	}
}

// A sentinel that has been elsewhere is the same as one that has been there, too.
func TestErrorsThatWereElsewhereAreTheSame(t *testing.T) {
	t.Parallel()
	r := new(codec.Registry)
	plain, typed := errors.New("plain"), &codeError{1}
	sent := fmt.Errorf("about %w", errors.Join(plain, typed))
	out, twin := roundTrip(t, r, sent), roundTrip(t, r, plain)
	for _, err := range []error{out, roundTrip(t, r, out)} {
		if !errors.Is(err, plain) || !errors.Is(err, twin) || errors.Is(err, errors.New("other")) || errors.Is(twin, typed) {
			t.Errorf("%v is not %v", err, plain)
		}
		if !codec.Same(err, typed) || codec.Same(err, &codeError{2}) || codec.Same(err, nil) || codec.Same(nil, typed) {
			t.Errorf("%v is not %v", err, typed)
		}
	}
	for _, f := range []func() any{func() any { return []int{}[len(os.Args)] }, func() any { return *(*int)(nil) }} {
		err := func() (err error) {
			defer func() { err = recover().(error) }()
			f()
			return nil
		}()
		var runtimes runtime.Error
		if out := roundTrip(t, r, err); !errors.As(out, &runtimes) || out.Error() != err.Error() {
			t.Errorf("%T %v came back as %T %v", err, err, out, out)
		}
	}
}

// An endless error wraps itself.
type endless struct{ n int }

func (e *endless) Error() string { return "endless" }
func (e *endless) Unwrap() error { return e }

func TestAnErrorWithoutEndEndsElsewhere(t *testing.T) {
	t.Parallel()
	for _, err := range []error{&endless{1}, fmt.Errorf("about %w", &endless{1})} {
		out := roundTrip(t, new(codec.Registry), err)
		var remote *codec.RemoteError
		if !errors.As(out, &remote) || errors.Is(out, io.EOF) || out.Error() != err.Error() {
			t.Errorf("%v came back as %T %v", err, out, out)
		}
	}
}
