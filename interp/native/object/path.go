package object

import (
	"fmt"
	"net/url"
	"strings"
)

// escaped is an import path as it stands in names of symbols, where the first dot after the
// last slash ends it.
func escaped(path string) string {
	last := strings.LastIndexByte(path, '/') + 1
	var b strings.Builder
	for i, c := range []byte(path) {
		if c <= ' ' || c == '.' && i >= last || c == '%' || c == '"' || c >= 0x7f {
			fmt.Fprintf(&b, "%%%02x", c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// packageOf is the package that a symbol's name begins with, "" if it is none of Go's, or is
// made by the compiler or the linker wherever it is needed.
func packageOf(name string) string {
	if strings.HasPrefix(name, "type:") || strings.HasPrefix(name, "go:") {
		return ""
	}
	head := name
	if i := strings.IndexAny(head, "(["); i >= 0 {
		head = head[:i]
	}
	slash := strings.LastIndexByte(head, '/') + 1
	dot := strings.IndexByte(head[slash:], '.')
	if dot < 0 {
		return "" // C's
	}
	path, err := url.PathUnescape(head[:slash+dot])
	if err != nil {
		return ""
	}
	return path
}
