//go:build unix

package procpool_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/parago/parago/procpool"
)

var typesFuncs = []any{typeOf, sameAgain, bounds, readAll, drawsFrom, makesImage}

// typeOf names a value's type, as far as the compiler knows it.
func typeOf(v any) string {
	switch v.(type) {
	case image.Point, http.Header, json.RawMessage, *bytes.Buffer, slog.Level, money, []*money, ledger[string]:
		return fmt.Sprintf("%T", v)
	}
	return "unknown"
}

func sameAgain(v any) any { return v }

func bounds(im image.Image) string { return fmt.Sprintf("%T %v", im, im.Bounds()) }

func readAll(r io.Reader) string {
	b, _ := io.ReadAll(r)
	return string(b)
}

func drawsFrom(r *rand.Rand) int { return r.IntN(1000) }

func makesImage(n int) image.Image { return image.NewGray(image.Rect(0, 0, n, n)) }

type money int

type ledger[K comparable] struct {
	entries map[K]money
}

// inFunction returns a value of a type that only this function knows.
func inFunction() any {
	type money struct{ cents int }
	return money{3}
}

// typed are values of types that nobody registers.
func typed() []any {
	return []any{
		image.Pt(1, 2), http.Header{"A": {"b"}}, json.RawMessage("1"), bytes.NewBufferString("x"), slog.LevelWarn,
		money(1), []*money{nil}, ledger[string]{map[string]money{"a": 1}}, inFunction(), io.MultiReader(strings.NewReader("x")),
		reflect.TypeFor[money](),
	}
}

func TestTypesOfArgumentsAndResults(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1)
	names, err := procpool.Map(p, typeOf, typed()[:8])
	if want := "[image.Point http.Header json.RawMessage *bytes.Buffer slog.Level procpool_test.money []*procpool_test.money procpool_test.ledger[string]]"; err != nil || fmt.Sprint(names) != want {
		t.Errorf("got %v, error %v", names, err)
	}
	images, err := procpool.Map(p, bounds, []image.Image{image.NewRGBA(image.Rect(0, 0, 4, 4)), image.Black})
	if err != nil || images[0] != "*image.RGBA (0,0)-(4,4)" || !strings.HasPrefix(images[1], "*image.Uniform") {
		t.Errorf("got %v, error %v", images, err)
	}
	texts, err := procpool.Map(p, readAll, []io.Reader{strings.NewReader("a"), io.LimitReader(bytes.NewReader([]byte("bcd")), 2)})
	if err != nil || fmt.Sprint(texts) != "[a bc]" {
		t.Errorf("got %v, error %v", texts, err)
	}
	made, err := procpool.Map(p, makesImage, []int{2})
	if _, ok := made[0].(*image.Gray); err != nil || !ok {
		t.Errorf("got %T, error %v", made[0], err)
	}
	source := rand.New(rand.NewPCG(1, 2))
	drawn, err := procpool.Map(p, drawsFrom, []*rand.Rand{source})
	if err != nil || drawn[0] != source.IntN(1000) {
		t.Errorf("drew %v, error %v", drawn, err)
	}
}

// Ways by which a value leaves the process and comes back, in interfaces.
var typeWays = map[string]func(p *procpool.Pool, v any) (any, error){
	"Map": func(p *procpool.Pool, v any) (any, error) {
		got, err := procpool.Map(p, sameAgain, []any{v})
		return append(got, nil)[0], err
	},
	"Apply": func(p *procpool.Pool, v any) (any, error) { return p.Apply(sameAgain, v) },
	"Submit": func(p *procpool.Pool, v any) (any, error) {
		return procpool.Submit(p, sameAgain, v).Get()
	},
	"Namespace": func(_ *procpool.Pool, v any) (any, error) {
		ns := procpool.NewNamespace()
		err := ns.Set("v", v)
		got, _ := ns.Get("v")
		return got, err
	},
	"Dict": func(_ *procpool.Pool, v any) (any, error) {
		d := procpool.NewDict[string, any]()
		err := d.Set("v", v)
		got, _ := d.Get("v")
		return got, err
	},
	"List": func(_ *procpool.Pool, v any) (any, error) { return procpool.NewList(v).At(0) },
	"Queue": func(_ *procpool.Pool, v any) (any, error) {
		q := procpool.NewQueue[any](1)
		if err := q.Put(v); err != nil {
			return nil, err
		}
		return q.Get()
	},
	"Pipe": func(_ *procpool.Pool, v any) (any, error) {
		a, b := procpool.NewPipe[any]()
		defer a.Close()
		defer b.Close()
		if err := a.Send(v); err != nil {
			return nil, err
		}
		return b.Recv()
	},
	"Share": func(_ *procpool.Pool, v any) (any, error) {
		s := procpool.Share(v)
		defer s.Close()
		return s.Get(), s.Err()
	},
}

func TestTypesKeepTheirIdentityEveryWay(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1)
	for way, cross := range typeWays {
		for _, v := range typed() {
			got, err := cross(p, v)
			if err != nil || reflect.TypeOf(got) != reflect.TypeOf(v) || !reflect.DeepEqual(got, v) {
				t.Errorf("%s: %T %v came back as %T %v, error %v", way, v, v, got, got, err)
			}
		}
	}
}

func TestWhatWouldLoseItsTypeIsRefusedAtTheCall(t *testing.T) {
	t.Parallel()
	p := newPool(t, 1)
	type inner struct{ n int }
	_, err := procpool.Map(p, typeOf, []any{1, map[string]any{"a": struct{ inner }{inner{1}}}})
	if want := `[1]["a"]: struct { procpool_test.inner }: in an interface it would arrive as another type: give the type a name`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
	if got, err := procpool.Map(p, typeOf, []any{money(2)}); err != nil || got[0] != "procpool_test.money" {
		t.Errorf("afterwards: %v, %v", got, err)
	}
}
