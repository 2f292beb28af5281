package view

import (
	"fmt"
	"html"
	"math"
	"strings"
	"time"
)

// The drawing's measures, in pixels. The text's grey is readable on white and on black.
const (
	maxLanes   = 64
	laneHeight = 22
	barHeight  = 16
	nameWidth  = 110
	laneWidth  = 640
	rightWidth = 60
	headHeight = 24
	colourText = "#7f7f7f"
)

var outcomeColours = map[string]string{
	succeeded: colourDone, "failed": colourFailed, "died": "#8e44ad", "timed out": colourOther, "canceled": "#8a8a8a",
}

func outcomeColour(o string) string {
	if c := outcomeColours[o]; c != "" {
		return c
	}
	return colourFailed
}

// SVG draws a lane for each worker, a box for each task in the colour of its outcome,
// and an axis in units of time. A box says what it is when it is pointed at.
func (t Timeline) SVG() string {
	lanes := min(len(t.Lanes), maxLanes)
	height := headHeight + lanes*laneHeight + 26
	if lanes < len(t.Lanes) {
		height += laneHeight
	}
	width := nameWidth + laneWidth + rightWidth
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12" fill="%s" role="img">`,
		width, height, width, height, colourText)
	fmt.Fprintf(&b, `<title>%s</title>`, html.EscapeString(strings.Join(t.facts(), ", ")))
	t.head(&b)
	t.axis(&b, headHeight, headHeight+lanes*laneHeight)
	for i, l := range t.Lanes[:lanes] {
		t.lane(&b, l, headHeight+i*laneHeight)
	}
	if more := len(t.Lanes) - lanes; more > 0 {
		fmt.Fprintf(&b, `<text x="0" y="%d">and %s more</text>`, height-6, Count(more, "worker"))
	}
	b.WriteString("</svg>")
	return b.String()
}

// HTML is the drawing in a box that scrolls where there is little room.
func (t Timeline) HTML() string { return `<div style="overflow-x:auto">` + t.SVG() + "</div>" }

// head writes the facts, those about an outcome in its colour.
func (t Timeline) head(b *strings.Builder) {
	b.WriteString(`<text x="0" y="14">`)
	for i, fact := range t.facts() {
		colour := colourText
		if _, outcome, ok := strings.Cut(fact, " "); ok && outcomeColours[outcome] != "" {
			colour = outcomeColours[outcome]
		}
		gap := 0
		if i > 0 {
			gap = 12
		}
		fmt.Fprintf(b, `<tspan dx="%d" fill="%s">%s</tspan>`, gap, colour, html.EscapeString(fact))
	}
	b.WriteString("</text>")
}

func (t Timeline) lane(b *strings.Builder, l Lane, top int) {
	base := top + barHeight - 4
	fmt.Fprintf(b, `<text x="0" y="%d">%s</text>`, base, html.EscapeString(shorten(l.Name, 16)))
	fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s" fill-opacity=".15"/>`, nameWidth, top, laneWidth, barHeight, colourText)
	for _, s := range l.merged(t.Length / laneWidth) {
		text := s.Text + "\n" + s.Outcome
		if s.n > 0 {
			text = fmt.Sprintf("%d tasks, %s", s.n+1, s.Outcome)
		}
		text += fmt.Sprintf("\n%s, from %s on", Duration(s.End-s.Begin), Duration(s.Begin))
		fmt.Fprintf(b, `<rect x="%s" y="%d" width="%s" height="%d" fill="%s"><title>%s</title></rect>`,
			pixels(nameWidth+t.x(s.Begin)), top, pixels(math.Max(t.x(s.End)-t.x(s.Begin)-.5, .5)), barHeight, outcomeColour(s.Outcome), html.EscapeString(text))
	}
	fmt.Fprintf(b, `<text x="%d" y="%d">%s</text>`, nameWidth+laneWidth+8, base, l.busy(t.Length))
}

// axis draws a line and a number for each round unit of time.
func (t Timeline) axis(b *strings.Builder, top, bottom int) {
	step := tick(t.Length)
	for at := time.Duration(0); at <= t.Length && step > 0; at += step {
		x := pixels(nameWidth + t.x(at))
		fmt.Fprintf(b, `<line x1="%s" y1="%d" x2="%s" y2="%d" stroke="%s" stroke-opacity=".5"/>`, x, top, x, bottom+4, colourText)
		label := "0"
		if at > 0 {
			label = Duration(at)
		}
		fmt.Fprintf(b, `<text x="%s" y="%d" text-anchor="middle" font-size="11">%s</text>`, x, bottom+17, label)
	}
}

// tick is a round time of which there are four to nine in length.
func tick(length time.Duration) time.Duration {
	if length <= 0 {
		return 0
	}
	for _, unit := range []struct {
		base  time.Duration
		limit time.Duration
	}{{1, time.Second}, {time.Second, time.Minute}, {time.Minute, time.Hour}, {time.Hour, math.MaxInt64}} {
		for scale := unit.base; scale < unit.limit; scale *= 10 {
			for _, round := range []time.Duration{1, 2, 5} {
				if d := scale * round; length/d < 8 && d < unit.limit {
					return d
				}
			}
			if scale > math.MaxInt64/10 {
				return scale
			}
		}
	}
	return length
}

// x is where a moment is in a lane.
func (t Timeline) x(at time.Duration) float64 {
	return laneWidth * float64(at) / math.Max(float64(t.Length), 1)
}

func pixels(x float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", x), ".0") }

func shorten(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
