package display

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

type named struct{ n int }

func (n named) String() string { return fmt.Sprint("named ", n.n) }

type endless struct{}

func (endless) Format(s fmt.State, _ rune) {
	for {
		fmt.Fprint(s, "on and on ")
	}
}

// What has an end and is short is what fmt prints.
func TestTextOfShortValues(t *testing.T) {
	deep := any(1)
	for range 60 {
		deep = []any{deep}
	}
	type pair struct {
		a any
		b *int
	}
	for _, v := range []any{
		1, "héy", nil, []int{1, 2}, []int(nil), map[string]int{"b": 1, "a": 2}, named{3}, &named{4}, []named{{5}}, errors.New("bad"),
		pair{named{1}, nil}, &pair{"x", nil}, &[]int{1}, &map[string]int{"a": 1}, [2]bool{true}, deep, time.Second, strings.Repeat("x", maxText),
	} {
		if got, want := textOf(v), fmt.Sprint(v); got != want {
			t.Errorf("%T: got %.100q, want %.100q", v, got, want)
		}
	}
}

type (
	stuck   struct{ N int }
	flag    bool
	word    string
	number  int8
	natural uint16
	half    float32
	turn    complex64
)

func never() string            { panic("a method was called") }
func (*stuck) String() string  { return never() }
func (flag) String() string    { return never() }
func (word) Error() string     { return never() }
func (number) String() string  { return never() }
func (natural) String() string { return never() }
func (half) String() string    { return never() }
func (turn) Error() string     { return never() }

// Without methods, a value is what fmt prints of its parts.
func TestBare(t *testing.T) {
	type all struct {
		f flag
		W word
		N number
		U natural
		H half
		T turn
		P *stuck
		E error
		C chan int
		M map[word]*int
	}
	for _, c := range []struct {
		v    any
		want string
	}{
		{&stuck{3}, "&{3}"},
		{[]word{"a", "b"}, "[a b]"},
		{all{true, "w", -1, 2, 0.1, 1i, nil, word("e"), nil, map[word]*int{"k": nil}}, "{true w -1 2 0.1 (0+1i) <nil> e <nil> map[k:<nil>]}"},
		{nil, "<nil>"},
		{endless{}, "{}"},
		{42, "42"},
	} {
		if got := Bare(c.v, nil).String(); got != c.want {
			t.Errorf("%T: got %s, want %s", c.v, got, c.want)
		}
	}
	boxes := func(v any) any {
		if s, ok := v.(stuck); ok {
			return s.N
		}
		return v
	}
	if got := Bare([]any{stuck{7}}, boxes).String(); got != "[7]" {
		t.Errorf("got %s of what is wrapped", got)
	}
}

// Of what is long, the beginning is what fmt prints.
func TestTextOfLongValues(t *testing.T) {
	type row struct {
		name string
		at   map[int]named
		next *row
	}
	rows, table, mixed := []any{}, map[string]row{}, map[any]float64{}
	for i := range 5000 {
		r := row{fmt.Sprint("row ", i), map[int]named{i: {i}, i - 1: {1}}, nil}
		rows = append(rows, r, nil, i, "text", 1.5)
		table[r.name] = r
		mixed[float64(i)] = float64(i) + 0.125
	}
	for _, v := range []any{make([]int, 1_000_000), strings.Repeat("é", maxText), rows, &rows, table, mixed, []string{strings.Repeat("x", 2*maxText)}} {
		got, want := textOf(v), fmt.Sprint(v)
		begin, cut := strings.CutSuffix(got, cutNotice)
		if !cut || len(begin) < maxText-4 || len(begin) > maxText || !strings.HasPrefix(want, begin) {
			t.Errorf("%T: got %d bytes, %.100q … %q", v, len(got), got, got[max(0, len(got)-100):])
		}
	}
}

// What has no end is cut.
func TestTextOfEndlessValues(t *testing.T) {
	ring := map[string]any{"k": 1}
	ring["self"] = ring
	list := []any{1, nil}
	list[1] = &list
	list[1] = list
	for _, v := range []any{ring, &ring, []any{ring}, list, endless{}, []any{endless{}}} {
		if got := textOf(v); !strings.HasSuffix(got, cutNotice) || len(got) > maxText+len(cutNotice) {
			t.Errorf("got %d bytes, %.100q", len(got), got)
		}
	}
}
