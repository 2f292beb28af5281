//go:build unix

package procpool_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/parago/parago/procpool"
	"github.com/parago/parago/procpool/embed"
)

var outputFuncs = []any{says, writesParts, writesAndPanics}

// writesParts writes each part of what it gets, separated by |, with a Write of its own;
// those that begin with ! to standard error.
func writesParts(s string) int {
	for _, part := range strings.Split(s, "|") {
		if text, ok := strings.CutPrefix(part, "!"); ok {
			os.Stderr.WriteString(text)
			continue
		}
		os.Stdout.WriteString(part)
	}
	return len(s)
}

func writesAndPanics(s string) int {
	os.Stdout.WriteString(s)
	panic("after it")
}

// written is what an origin has written to standard output, chunk by chunk.
func written(origin string) (out []string) {
	capture.mu.Lock()
	defer capture.mu.Unlock()
	for _, c := range capture.all {
		if c[0] == origin {
			out = append(out, c[1])
		}
	}
	return out
}

func TestOutputModes(t *testing.T) {
	long := strings.Repeat("é", 40<<10)
	for _, c := range []struct {
		name string
		mode procpool.OutputMode
		text string // for writesParts; # is unique
		want string // chunks joined by |; W is the worker's name
	}{
		{"raw", procpool.Raw, "a#|b#|c#\n", "a#|b#|c#\n"},
		{"lines", procpool.Lines, "a#|b|c\nd#|e\n", "a#bc\n|d#e\n"},
		{"several lines in a chunk", procpool.Lines, "a#\nb#\nc#|\n", "a#\nb#\n|c#\n"},
		{"an unfinished line is finished", procpool.Lines, "a#|b", "a#b\n"},
		{"carriage returns stay", procpool.Lines, "#10%\r|#20%\r|#30%\n", "#10%\r|#20%\r#30%\n"},
		{"both line ends", procpool.Lines, "a#\r|\nb#\r\n", "a#\r\nb#\r\n"},
		{"prefixed", procpool.Prefixed, "a#|b\nc#\n|\n|d#", "[W] a#b\n[W] c#\n|[W] \n|[W] d#\n"},
		{"prefixed carriage returns", procpool.Prefixed, "\r#1|\r#2|\n", "\r|[W] #1\r|[W] #2\n"},
		{"discarded", procpool.Discarded, "a#\n", ""},
		{"nothing is written", procpool.Prefixed, "", ""},
		{"a long line comes in parts of whole characters", procpool.Lines, "#" + long, "#" + long + "\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPool(t, 1)
			o := asOrigin(t, "modes")
			mark := strings.ReplaceAll(o, "-", "")
			text := strings.ReplaceAll(c.text, "#", mark)
			_, err := procpool.Map(p, writesParts, []string{text}, procpool.Output(c.mode))
			check(t, err)
			chunks := written(o)
			want := strings.ReplaceAll(strings.ReplaceAll(c.want, "#", mark), "W", p.Workers()[0].Name)
			if strings.Contains(c.name, "long") {
				for _, s := range chunks {
					if !utf8.ValidString(s) {
						t.Error("a character is split")
					}
				}
				if got := strings.Join(chunks, ""); got != want || len(chunks) < 2 {
					t.Errorf("%d bytes in %d chunks, want %d bytes", len(got), len(chunks), len(want))
				}
				return
			}
			if got := strings.Join(chunks, "|"); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestOutputOfLinesIsOutBeforeTheResult(t *testing.T) {
	p := newPool(t, 2, procpool.PoolOutput(procpool.Prefixed))
	o := asOrigin(t, "before")
	for i := range 50 {
		mark := fmt.Sprintf("%s.%d", o, i)
		procpool.Map(p, writesAndPanics, []string{mark + "a", mark + "b", mark + "c"})
		n := 0
		for _, s := range written(o) {
			if strings.Contains(s, mark) {
				n++
				if !strings.HasPrefix(s, "[PoolWorker-") || !strings.HasSuffix(s, "\n") {
					t.Fatalf("chunk %q", s)
				}
			}
		}
		if n != 3 {
			t.Fatalf("call %d has returned after %d of 3 lines", i, n)
		}
	}
}

func TestOutputOfAProcess(t *testing.T) {
	o := asOrigin(t, "process")
	p := procpool.NewProcess(writesParts, "a"+o+"|b\nc"+o)
	p.Output = procpool.Prefixed
	check(t, p.Start())
	p.Join()
	if got, want := strings.Join(written(o), ""), fmt.Sprintf("[%[1]s] a%[2]sb\n[%[1]s] c%[2]s\n", p.Name, o); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestOutputGrouped(t *testing.T) {
	p := newPool(t, 2, procpool.PoolOutput(procpool.Grouped))
	o := asOrigin(t, "grouped")
	for _, parts := range []string{"one\n|two<b>\n", "!three\n", "four|\rfive\n"} { // there is no order between two pipes
		_, err := procpool.Map(p, writesParts, []string{parts})
		check(t, err)
	}
	embed.Flush()
	if got := written(o); len(got) > 0 {
		t.Errorf("not in a group: %q", got)
	}
	all := screen.of(o)
	if len(all) != len(p.Workers()) && len(all) != 1 {
		t.Errorf("%d displays of %d workers", len(all), len(p.Workers()))
	}
	text, html := "", ""
	for _, states := range all {
		last := states[len(states)-1].data
		text += last["text/plain"]
		html += last["text/html"]
	}
	for _, want := range []string{"── PoolWorker-", "one\ntwo<b>", "three", "four\rfive"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %q", want, text)
		}
	}
	for _, want := range []string{"<details open", "one\ntwo&lt;b&gt;", "three\n</span>", "five\n"} {
		if !strings.Contains(html, want) {
			t.Errorf("no %q in %q", want, html)
		}
	}
	if strings.Contains(html, "four") {
		t.Errorf("what was overwritten is there: %s", html)
	}
}

func TestOutputThatFloodsAGroup(t *testing.T) {
	p := newPool(t, 1)
	o := asOrigin(t, "flood")
	line := strings.Repeat("x", 99) + "\n"
	_, err := procpool.Map(p, writesParts, []string{strings.Repeat(line+"|", 5000)}, procpool.Output(procpool.Grouped))
	check(t, err)
	embed.Flush()
	states := screen.only(t, o)
	last := plain(states[len(states)-1])
	if len(last) > 70<<10 || !strings.Contains(last, "5000 lines") || !strings.Contains(last, "lines before") {
		t.Errorf("%d bytes: %.200s", len(last), last)
	}
	if len(states) > 40 {
		t.Errorf("%d states", len(states))
	}
}

func TestOutputOfManyCallsInAGroup(t *testing.T) {
	p := newPool(t, 1, procpool.PoolOutput(procpool.Grouped))
	o := asOrigin(t, "many")
	begin := time.Now()
	for range 500 {
		if _, err := procpool.Submit(p, writesParts, "line\n").Get(); err != nil {
			t.Fatal(err)
		}
	}
	embed.Flush()
	states := screen.only(t, o)
	if last := plain(states[len(states)-1]); !strings.Contains(last, "500 lines") {
		t.Errorf("last state %.100q", last)
	}
	if d := time.Since(begin); len(states) > int(d/(100*time.Millisecond))+2 {
		t.Errorf("%d states in %s", len(states), d)
	}
}

func TestOutputModeThatIsNone(t *testing.T) {
	p := newPool(t, 1)
	if _, err := procpool.Map(p, square, []int{1}, procpool.Output(9)); err == nil {
		t.Error("no error of the call")
	}
	if _, err := procpool.Map(procpool.NewPool(1, procpool.PoolOutput(-1)), square, []int{1}); err == nil {
		t.Error("no error of the pool")
	}
	if s := fmt.Sprint(procpool.Grouped, procpool.OutputMode(9)); s != "grouped unknown" {
		t.Error(s)
	}
}
