package codec

import (
	"strings"
	"unsafe"
)

// hugeSize is the size from which memory is made in large pages.
const hugeSize = 4 << 20

// copyOf returns a copy of data in memory of its own, as a string, which nobody else has.
func copyOf(data []byte) string {
	if len(data) < hugeSize {
		return string(data)
	}
	var b strings.Builder
	b.Grow(len(data)) // it is not zeroed
	b.WriteByte(data[0])
	memory := unsafe.Slice(unsafe.StringData(b.String()), len(data))
	inHugePages(memory, func() { b.Write(data[1:]) })
	return b.String()
}
