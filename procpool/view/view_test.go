package view_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/parago/parago/procpool/view"
)

func TestUnits(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{view.Duration(0), "0 ns"},
		{view.Duration(1500), "1.5 µs"},
		{view.Duration(3 * time.Millisecond), "3 ms"},
		{view.Duration(123456 * time.Microsecond), "123 ms"},
		{view.Duration(999700 * time.Microsecond), "1 s"},
		{view.Duration(4600 * time.Millisecond), "4.6 s"},
		{view.Duration(59900 * time.Millisecond), "1 min 0 s"},
		{view.Duration(125 * time.Second), "2 min 5 s"},
		{view.Duration(90 * time.Minute), "1 h 30 min"},
		{view.Number(.25), "0.25"},
		{view.Number(12), "12"},
		{view.Number(83.14), "83.1"},
		{view.Number(4210), "4.2k"},
		{view.Number(999_900), "1M"},
		{view.Bytes(512), "512 B"},
		{view.Bytes(3_456_000), "3.5 MB"},
		{view.Bytes(123_456_000_000), "123 GB"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestProgress(t *testing.T) {
	for _, c := range []struct {
		p    view.Progress
		want string
	}{
		{view.Progress{Name: "f", Total: 100}, "f  ░░░░░░░░░░░░░░░░░░░░  0/100  0%"},
		{view.Progress{Name: "f", Total: 100, Done: 45, Rate: 12}, "f  █████████░░░░░░░░░░░  45/100  45%  12/s  5 s left"},
		{view.Progress{Name: "f", Total: 100, Done: 99, Rate: 12}, "f  ███████████████████░  99/100  99%  12/s  1 s left"},
		{view.Progress{Name: "f", Total: 3, Done: 3, Failed: 1, Retried: 2, Over: true, Elapsed: 2 * time.Second, Rate: 1.5}, "f  ████████████████████  3/3  2 s  1.5/s  1 failed  2 retried"},
		{view.Progress{Name: "f", Total: 3, Done: 1, Over: true, Why: "canceled", Elapsed: time.Second}, "f  ██████░░░░░░░░░░░░░░  1/3  1 s  canceled"},
		{view.Progress{Name: "f", Total: 0, Over: true}, "f  ████████████████████  0/0  0 ns"},
		{view.Progress{Name: "f", Total: -1, Done: 7, Rate: 3}, "f  7 so far  3/s"},
		{view.Progress{Name: "f", Total: -1, Done: 7, Rate: 3, Over: true, Elapsed: time.Second}, "f  7 done  1 s  3/s"},
	} {
		if got := c.p.String(); got != c.want {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
		wellFormed(t, c.p.HTML())
	}
	many := view.Progress{Name: "<f>", Total: 100, Done: 20}
	for i := range 40 {
		many.Workers = append(many.Workers, view.Worker{Name: fmt.Sprint("W", i), Element: i})
	}
	html := many.HTML()
	wellFormed(t, html)
	if !strings.Contains(html, "&lt;f&gt;") || !strings.Contains(html, "and 28 more") {
		t.Error(html)
	}
}

func TestTables(t *testing.T) {
	a := view.Table{Title: "A", Header: []string{"name", "n "}, Rows: [][]string{{"<x>", "7"}, {"longer", "1234"}}}
	empty := view.Table{Title: "B", Header: []string{"name"}}
	if got, want := view.Tables(a, empty), "A\n  name       n\n  <x>        7\n  longer  1234"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	html := view.TablesHTML(a, empty)
	wellFormed(t, html)
	if !strings.Contains(html, "&lt;x&gt;") || strings.Contains(html, "B</caption>") {
		t.Error(html)
	}
}

func TestBlock(t *testing.T) {
	b := view.Block{Name: "W"}
	b.Add(false, "a\n10%\r20%\n")
	b.Add(true, "\x1b[31m<bad>\x1b[0m")
	b.Add(false, "é\n")
	html := b.HTML()
	wellFormed(t, html)
	for _, want := range []string{"3 lines", "a\n20%\n", "&lt;bad&gt;</span>é\n"} {
		if !strings.Contains(html, want) {
			t.Errorf("no %q in %s", want, html)
		}
	}
	if got, want := b.String(), "── W, 3 lines ──\na\n10%\r20%\n\x1b[31m<bad>\x1b[0mé"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for range 1000 {
		b.Add(false, "0123456789\n")
		b.Limit(200)
	}
	if s := b.String(); len(s) > 300 || !strings.Contains(s, "1003 lines") || !strings.Contains(s, "lines before\n0123456789\n") {
		t.Errorf("%d bytes: %s", len(s), s)
	}
}

func lanes(workers, tasks int) (t view.Timeline) {
	for i := range workers {
		l := view.Lane{Name: fmt.Sprintf("PoolWorker-%d", i+1)}
		for k := range tasks {
			s := view.Span{Begin: time.Duration(k) * time.Millisecond, End: time.Duration(k+1)*time.Millisecond - 100*time.Microsecond, Outcome: "succeeded", Text: "f<T> [1]"}
			if k == 5 {
				s.Outcome = "failed"
			}
			l.Spans = append(l.Spans, s)
			t.Length = max(t.Length, s.End)
		}
		t.Lanes = append(t.Lanes, l)
	}
	return t
}

func TestTimeline(t *testing.T) {
	small := lanes(2, 10)
	small.Others = map[string]int{"canceled": 3}
	svg := small.SVG()
	wellFormed(t, svg)
	for _, want := range []string{"23 tasks", "2 workers", "9.9 ms", "2 failed", "3 canceled", "PoolWorker-2", ">4 ms<", "f&lt;T&gt; [1]\nfailed\n900 µs, from 5 ms on"} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %q in %s", want, svg)
		}
	}
	if text := small.String(); !strings.Contains(text, "PoolWorker-1 │████") || !strings.Contains(text, "x") || !strings.Contains(text, "│ 10") {
		t.Error(text)
	}
	if n := len(lanes(4, 100_000).SVG()); n > 1<<20 {
		t.Errorf("%d bytes for 400,000 tasks", n)
	}
	wellFormed(t, lanes(100, 1).SVG())
	wellFormed(t, view.Timeline{}.SVG())
	if s := (view.Timeline{}).String(); s != "0 tasks, 0 workers, 0 ns" {
		t.Error(s)
	}
	for _, d := range []time.Duration{1, 17, 3 * time.Microsecond, time.Second, 50 * time.Second, 7 * time.Minute, 30 * time.Hour, 1 << 62} {
		long := view.Timeline{Length: d}
		if n := strings.Count(long.SVG(), "<line"); n < 2 || n > 12 {
			t.Errorf("%d ticks for %s", n, d)
		}
	}
}

// wellFormed finds tags that are not closed, and what was not escaped.
func wellFormed(t *testing.T, text string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader("<x>" + strings.ReplaceAll(text, "<details open ", "<details ") + "</x>"))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in %s", err, text)
		}
	}
}
