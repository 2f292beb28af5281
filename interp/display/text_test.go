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
