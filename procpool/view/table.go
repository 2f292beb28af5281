package view

import (
	"html"
	"strings"
)

// A Table is rows under a header and a title.
type Table struct {
	Title  string
	Header []string // numbers stand on the right if their header ends with a space
	Rows   [][]string
}

// Tables are t as text, one below the other, without those that have no rows.
func Tables(tables ...Table) string {
	var all []string
	for _, t := range tables {
		if len(t.Rows) > 0 {
			all = append(all, t.text())
		}
	}
	return strings.Join(all, "\n\n")
}

// TablesHTML are t as HTML, without those that have no rows.
func TablesHTML(tables ...Table) string {
	var b strings.Builder
	for _, t := range tables {
		if len(t.Rows) > 0 {
			t.html(&b)
		}
	}
	return b.String()
}

func (t Table) right(column int) bool { return strings.HasSuffix(t.Header[column], " ") }

// text pads the columns with spaces.
func (t Table) text() string {
	rows := append([][]string{t.Header}, t.Rows...)
	width := make([]int, len(t.Header))
	for _, r := range rows {
		for i, c := range r {
			width[i] = max(width[i], len([]rune(strings.TrimSpace(c))))
		}
	}
	var b strings.Builder
	b.WriteString(t.Title)
	for _, r := range rows {
		line := ""
		for i, c := range r {
			c = strings.TrimSpace(c)
			pad := strings.Repeat(" ", width[i]-len([]rune(c)))
			if t.right(i) {
				c = pad + c
			} else {
				c += pad
			}
			line += "  " + c
		}
		b.WriteString("\n" + strings.TrimRight(line, " "))
	}
	return b.String()
}

func (t Table) html(b *strings.Builder) {
	b.WriteString(`<table style="margin:4px 0 10px 0;font-size:13px"><caption style="caption-side:top;text-align:left;font-weight:bold;padding:2px 0">`)
	b.WriteString(html.EscapeString(t.Title) + "</caption><thead><tr>")
	t.row(b, "th", t.Header)
	b.WriteString("</tr></thead><tbody>")
	for _, r := range t.Rows {
		b.WriteString("<tr>")
		t.row(b, "td", r)
		b.WriteString("</tr>")
	}
	b.WriteString("</tbody></table>")
}

func (t Table) row(b *strings.Builder, tag string, cells []string) {
	for i, c := range cells {
		align := "left"
		if t.right(i) {
			align = "right"
		}
		b.WriteString("<" + tag + ` style="text-align:` + align + `">` + html.EscapeString(strings.TrimSpace(c)) + "</" + tag + ">")
	}
}
