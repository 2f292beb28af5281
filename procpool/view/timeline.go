package view

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// A Timeline is who did what when.
type Timeline struct {
	Lanes  []Lane
	Length time.Duration
	Others map[string]int // outcomes of what is in no lane, since nobody began it
}

// A Lane is what one worker did, in order.
type Lane struct {
	Name  string
	Spans []Span
}

// A Span is one thing that a worker did.
type Span struct {
	Begin, End time.Duration // from the start of the timeline
	Outcome    string        // "succeeded" or why not
	Text       string
	n          int // spans that it stands for, less one
}

const succeeded = "succeeded"

// good is the outcome that is as it should be.
func (s Span) good() bool { return s.Outcome == succeeded }

// facts are what the timeline comes to.
func (t Timeline) facts() []string {
	counts := map[string]int{}
	maps.Copy(counts, t.Others)
	var busy time.Duration
	n := 0
	for _, l := range t.Lanes {
		for _, s := range l.Spans {
			counts[s.Outcome]++
			busy += s.End - s.Begin
		}
	}
	for _, c := range counts {
		n += c
	}
	facts := []string{Count(n, "task"), Count(len(t.Lanes), "worker"), Duration(t.Length)}
	if t.Length > 0 && len(t.Lanes) > 0 {
		facts = append(facts, fmt.Sprintf("%.0f%% busy", 100*float64(busy)/float64(t.Length)/float64(len(t.Lanes))))
	}
	for _, o := range slices.Sorted(maps.Keys(counts)) {
		if o != succeeded {
			facts = append(facts, fmt.Sprintf("%d %s", counts[o], o))
		}
	}
	return facts
}

// busy is how much of the timeline the lane's worker was at work.
func (l Lane) busy(length time.Duration) string {
	var sum time.Duration
	for _, s := range l.Spans {
		sum += s.End - s.Begin
	}
	if length <= 0 {
		return ""
	}
	return fmt.Sprintf("%.0f%%", 100*float64(sum)/float64(length))
}

// textWidth is how many characters a lane of plain text has.
const textWidth = 60

// String is a row of characters for each worker: █ at work, ▒ now and then, x where
// something went wrong.
func (t Timeline) String() string {
	name := 0
	for _, l := range t.Lanes {
		name = max(name, len([]rune(l.Name)))
	}
	lines := []string{strings.Join(t.facts(), ", ")}
	for i, l := range t.Lanes {
		if i == maxLanes {
			lines = append(lines, fmt.Sprintf("… and %s more", Count(len(t.Lanes)-i, "worker")))
			break
		}
		lines = append(lines, fmt.Sprintf("%-*s │%s│ %d", name, l.Name, l.text(t.Length), len(l.Spans)))
	}
	if len(t.Lanes) > 0 {
		end := Duration(t.Length)
		lines = append(lines, fmt.Sprintf("%-*s  0%*s", name, "", textWidth-1, end))
	}
	return strings.Join(lines, "\n")
}

func (l Lane) text(length time.Duration) string {
	var busy [textWidth]float64
	var bad [textWidth]bool
	scale := textWidth / math.Max(float64(length), 1)
	for _, s := range l.Spans {
		from, to := float64(s.Begin)*scale, float64(s.End)*scale
		for i := max(0, int(from)); i < textWidth && float64(i) <= to; i++ {
			busy[i] += math.Min(to, float64(i+1)) - math.Max(from, float64(i))
			bad[i] = bad[i] || !s.good()
		}
	}
	var b strings.Builder
	for i := range textWidth {
		switch {
		case bad[i]:
			b.WriteByte('x')
		case busy[i] > .75:
			b.WriteString("█")
		case busy[i] > .02:
			b.WriteString("▒")
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// merged are the spans of a lane as they are drawn: those that would be narrower than
// unit become one with their neighbours of the same outcome, which bounds how many there are.
func (l Lane) merged(unit time.Duration) []Span {
	spans := slices.Clone(l.Spans)
	slices.SortStableFunc(spans, func(a, b Span) int { return cmp.Compare(a.Begin, b.Begin) })
	var out []Span
	for _, s := range spans {
		if n := len(out); n > 0 {
			last := &out[n-1]
			narrow := s.End-s.Begin < unit && (last.n > 0 || last.End-last.Begin < unit)
			if narrow && last.Outcome == s.Outcome && s.Begin-last.End < unit {
				last.End = max(last.End, s.End)
				last.n++
				continue
			}
		}
		out = append(out, s)
	}
	return out
}
