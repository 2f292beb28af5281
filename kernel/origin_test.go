package kernel

import (
	"strings"
	"testing"
)

// The table of cells is bounded: the oldest is forgotten, and its output then goes to
// the latest cell.
func TestOriginsAreForgottenInOrder(t *testing.T) {
	t.Parallel()
	table := origins{limit: 1}
	if o := table.find("1"); o != nil {
		t.Errorf("before the first cell: %+v", o)
	}
	r := &request{msg: &Message{}}
	first, second := table.add(r, false), table.add(r, false)
	for range maxOrigins - 2 {
		table.add(r, false)
	}
	if table.find(first.id) != first {
		t.Error("the first cell was forgotten too early")
	}
	last := table.add(r, false)
	if table.find(first.id) != last || table.find(second.id) != second || len(table.byID) != maxOrigins {
		t.Errorf("%d cells are known, want %d without the first", len(table.byID), maxOrigins)
	}
}

// However a text is cut into chunks, the characters come whole and in order.
func TestAcceptKeepsCharactersWhole(t *testing.T) {
	t.Parallel()
	const text = "aß€😀\xff\xf0\x9fz\xe2\x82"
	want := strings.ToValidUTF8("aß€😀\xff", "\uFFFD") + "\uFFFDz\uFFFD"
	for size := 1; size <= len(text); size++ {
		o := &origin{limit: 100}
		var got []byte
		for rest := text; rest != ""; rest = rest[min(size, len(rest)):] {
			piece, _ := o.accept("stdout", []byte(rest[:min(size, len(rest))]))
			got = append(got, piece...)
		}
		got = append(got, o.leftover("stdout")...)
		// ToValidUTF8 makes one mark of a run of bad bytes, wherever it was cut.
		if fold(string(got)) != fold(want) {
			t.Errorf("in chunks of %d: %q, want %q", size, got, want)
		}
	}
}

func fold(s string) string {
	for strings.Contains(s, "\uFFFD\uFFFD") {
		s = strings.ReplaceAll(s, "\uFFFD\uFFFD", "\uFFFD")
	}
	return s
}

func TestLimitCutsBetweenCharacters(t *testing.T) {
	t.Parallel()
	o := &origin{limit: 4}
	text, notice := o.accept("stdout", []byte("ab€"))
	if string(text) != "ab" || !strings.Contains(notice, "4 bytes") {
		t.Errorf("got %q, %q", text, notice)
	}
	if text, notice := o.accept("stderr", []byte("x")); len(text) > 0 || notice != "" {
		t.Errorf("beyond the limit: %q, %q", text, notice)
	}
}
