// Package view draws what people see of parallel work: how far a call is, tables of what
// there is, what a worker has printed, and when each task ran. It turns on no type of
// its own: each file holds one thing to look at, as seen at one moment, and draws it as
// plain text and as HTML or SVG.
//
//	p := view.Progress{Name: "square", Total: 100, Done: 45, Rate: 12}
//	p.String() // square  █████████░░░░░░░░░░░  45/100  45%  12/s  5 s left
//	p.HTML()   // <div …>
//
// A drawing stands by itself: it needs no script, no style sheet and no other file, and
// is readable on a light ground and on a dark one. What others have written is escaped.
//
// This package keeps nothing, starts nothing and knows neither processes nor notebooks.
package view
