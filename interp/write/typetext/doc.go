// Package typetext writes types as Go source, for the packages that write cells. Each of them has
// names of its own for types; what is made of other types looks the same everywhere.
//
//	func (w *writer) typ(t types.Type) string {
//		if text, ok := typetext.Composite(t, w.typ); ok {
//			return text
//		}
//		… // a name, a struct or an interface
//	}
//
// It keeps nothing, and does not know what a cell is.
package typetext
