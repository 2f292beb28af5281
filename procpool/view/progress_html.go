package view

import (
	"fmt"
	"html"
	"strings"
)

// The colours of outcomes. They are readable on white and on black.
const (
	colourRunning = "#3b82c4"
	colourDone    = "#2f9e6e"
	colourFailed  = "#d1495b"
	colourOther   = "#b7892b"
	colourGround  = "rgba(128,128,128,.22)"
)

// maxWorkers is how many workers a drawing names.
const maxWorkers = 12

// HTML is p as a bar under a line of facts, and above what each worker does.
func (p Progress) HTML() string {
	var b strings.Builder
	b.WriteString(`<div style="max-width:46em;font-size:13px;line-height:1.5;margin:2px 0">`)
	b.WriteString(`<div style="display:flex;flex-wrap:wrap;column-gap:1em"><b>` + html.EscapeString(p.Name) + `</b>`)
	for _, fact := range p.facts() {
		style := ""
		if strings.HasSuffix(fact, " failed") {
			style = ` style="color:` + colourFailed + `"`
		}
		b.WriteString("<span" + style + ">" + html.EscapeString(fact) + "</span>")
	}
	b.WriteString("</div>")
	p.bar(&b)
	p.workers(&b)
	b.WriteString("</div>")
	return b.String()
}

// bar draws what is done, what has failed and what is under way.
func (p Progress) bar(b *strings.Builder) {
	fmt.Fprintf(b, `<div role="progressbar" aria-label="%s" aria-valuemin="0" aria-valuemax="%d" aria-valuenow="%d" style="display:flex;height:8px;border-radius:4px;overflow:hidden;background:%s">`,
		html.EscapeString(p.Name), max(p.Total, 0), p.Done, colourGround)
	good := colourRunning
	if p.Over && p.Why == "" {
		good = colourDone
	}
	running := 0
	for _, w := range p.Workers {
		if w.Element >= 0 {
			running++
		}
	}
	total := p.Total
	if total < 0 { // as long as nobody knows, half of it is still to come
		total = 2 * max(p.Done, 1)
		if p.Over {
			total = p.Done
		}
	}
	part(b, good, 1, p.Done-p.Failed, total)
	part(b, colourFailed, 1, p.Failed, total)
	if !p.Over {
		part(b, good, .4, min(running, total-p.Done), total)
	}
	b.WriteString("</div>")
}

func part(b *strings.Builder, colour string, opacity float64, n, total int) {
	if n > 0 && total > 0 {
		fmt.Fprintf(b, `<div style="width:%.4g%%;background:%s;opacity:%.2g"></div>`, 100*float64(n)/float64(total), colour, opacity)
	}
}

func (p Progress) workers(b *strings.Builder) {
	if len(p.Workers) == 0 {
		return
	}
	b.WriteString(`<div style="display:flex;flex-wrap:wrap;column-gap:1.5em;font-size:12px;opacity:.8">`)
	for i, w := range p.Workers {
		if i == maxWorkers {
			fmt.Fprintf(b, "<span>and %d more</span>", len(p.Workers)-i)
			break
		}
		state := "idle"
		colour := colourGround
		switch {
		case w.Gone:
			state, colour = "ended", colourFailed
		case p.Over:
			state, colour = "", colourDone
		case w.Element >= 0:
			state, colour = fmt.Sprintf("runs #%d", w.Element), colourRunning
		}
		facts := fmt.Sprintf("%d done", w.Done)
		if state != "" {
			facts += ", " + state
		}
		fmt.Fprintf(b, `<span><span style="color:%s">●</span> %s: %s</span>`, colour, html.EscapeString(w.Name), facts)
	}
	b.WriteString("</div>")
}
