// Package display shows rich output under a cell: HTML, Markdown, images, anything
// with a MIME type. In a notebook no import is needed.
//
//	display.HTML("<b>bold</b>")                 // as a cell's last expression: its result
//	display.Show(display.Markdown("*one*"), 42) // at once, anywhere in the cell
//	h := display.Show(display.Text("0 %"))      // a handle …
//	h.Update(display.Text("100 %"))             // … to replace what it shows
//	name, err := display.Input("your name: ")   // asks the user
//
// An Object is a value: making one shows nothing. It lives until it is shown, by
// Show or as a cell's result; a Handle lives as long as the output it names.
//
// In a worker or a compiled program there is no notebook to show things in: Show
// prints an Object's plain text to standard output, and Input reads standard input.
//
// This package starts no goroutine and keeps nothing of what it showed.
package display
