// Package gonbui is what notebooks that were written for the kernel GoNB show things with. Cells
// import it by the path that it has there, github.com/janpfeifer/gonb/gonbui, and get this
// package, which shows them by way of package display.
//
//	gonbui.DisplayHTML("<b>bold</b>")
//	id := gonbui.UniqueID()
//	gonbui.UpdateHTML(id, "0 %") // the first call shows it, later ones replace it
//
// There are no widgets: what runs in the browser has no counterpart here.
package gonbui
