package watch

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/parago/parago/procpool/view"
)

// SVG draws the timeline: a lane for each worker, a box for each task in the colour of its
// outcome, and an axis in units of time, from the first submission on. The picture needs no other file. In
// a notebook, a *Timeline that is the last value of a cell, or is shown, is this picture.
func (t *Timeline) SVG() string { return t.view().SVG() }

// String is the timeline as plain text, with a row for each worker.
func (t *Timeline) String() string { return t.view().String() }

// MIMEBundle is the timeline by media type, for notebooks.
func (t *Timeline) MIMEBundle() map[string]string {
	v := t.view()
	return map[string]string{"text/plain": v.String(), "text/html": v.HTML(), "image/svg+xml": v.SVG()}
}

// view has a lane for each worker, those first that began first.
func (t *Timeline) view() view.Timeline {
	spans := t.Spans()
	v := view.Timeline{Others: map[string]int{}}
	start := firstSubmission(spans)
	for _, s := range spans {
		if s.Begun.IsZero() {
			v.Others[string(s.Outcome)]++
			continue
		}
		i := slices.IndexFunc(v.Lanes, func(l view.Lane) bool { return l.Name == s.Worker })
		if i < 0 {
			i = len(v.Lanes)
			v.Lanes = append(v.Lanes, view.Lane{Name: s.Worker})
		}
		v.Lanes[i].Spans = append(v.Lanes[i].Spans, s.view(start))
		v.Length = max(v.Length, s.Ended.Sub(start))
	}
	return v
}

func (s *Span) view(start time.Time) view.Span {
	text := fmt.Sprintf("%s [%d]", cmp.Or(s.Label, shortName(s.Func)), s.Index)
	if s.Err != "" {
		text += "\n" + s.Err
	}
	return view.Span{Begin: s.Begun.Sub(start), End: s.Ended.Sub(start), Outcome: string(s.Outcome), Text: text}
}
