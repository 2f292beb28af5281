package celltest

import (
	"reflect"
	"testing"
)

const text = `About this file,
in two lines.

== a case
> x := 1
>
> x
= 1
> y := 2
.

== another [interp go1.27]
> print()

one line

another
\> no cell
! error: with …

== a name with [T any]
> nothing
.
`

func TestRead(t *testing.T) {
	f, err := parse("a.cells", text)
	if err != nil {
		t.Fatal(err)
	}
	if got := f.String(); got != text {
		t.Errorf("written again:\n%s", got)
	}
	if f.About != "About this file,\nin two lines." || len(f.Cases) != 3 {
		t.Fatalf("%+v", f)
	}
	first, second, third := f.Cases[0], f.Cases[1], f.Cases[2]
	if want := []*Cell{{Source: "x := 1\n\nx", Want: "= 1", Line: 5}, {Source: "y := 2", Line: 9}}; !reflect.DeepEqual(first.Cells, want) {
		t.Errorf("%+v", first.Cells)
	}
	if second.Name != "another" || !second.Marked("interp") || second.Marked("native") || second.Go() != "go1.27" || first.Go() != "" {
		t.Errorf("%+v", second)
	}
	if want := "\none line\n\nanother\n> no cell\n! error: with …"; second.Cells[0].Want != want {
		t.Errorf("%q", second.Cells[0].Want)
	}
	if third.Name != "a name with [T any]" || len(third.Marks) == 1 && third.Marks[0] == "any" {
		t.Errorf("%+v", third)
	}
}

func TestInterrupted(t *testing.T) {
	for _, c := range []struct {
		want, printed string
		yes           bool
	}{
		{"a\nb", "", false},
		{"a\n^C\n! Interrupted", "a\n", true},
		{"a\n\nb\n^C", "a\n\nb\n", true},
		{"a ^C", "", false},
	} {
		if printed, yes := (&Cell{Want: c.want}).Interrupted(); printed != c.printed || yes != c.yes {
			t.Errorf("%q: %q, %v", c.want, printed, yes)
		}
	}
}

func TestReadFailures(t *testing.T) {
	if _, err := parse("a.cells", "== a\nno cell\n"); err == nil || err.Error() != `a.cells:2: "no cell" answers no cell: cells have "> " before each line` {
		t.Errorf("%v", err)
	}
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		want, got string
		yes       bool
	}{
		{"", "", true},
		{"", "a", false},
		{"a", "a", true},
		{"a…", "a", true},
		{"a…c", "abbc", true},
		{"a…c", "abbcd", false},
		{"…b…", "abc", true},
		{"a…a", "a", false},
		{"a…b…b", "aab", false},
		{"a…b\nc", "ab\nc", true},
		{"a…c", "a\nc", false},
		{"…", "a\nb", true},
		{"a\n…\nb", "a\nb", true},
		{"a\n…\nb", "a\n1\n2\nb", true},
		{"a\n…\nb", "a\n1\n2", false},
		{"a\n…", "a", true},
		{"a\nb", "a", false},
		{"a", "a\nb", false},
		{"a …", "a …", true},
	} {
		if got := matches(c.want, c.got); got != c.yes {
			t.Errorf("%q, %q: %v", c.want, c.got, got)
		}
	}
}
