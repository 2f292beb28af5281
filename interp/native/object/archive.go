package object

import (
	"bytes"
	"fmt"
	"iter"
	"strconv"
	"strings"
)

const (
	archiveMagic  = "!<arch>\n"
	memberHeader  = 60
	memberSizeAt  = 48
	memberSizeEnd = 58
)

// members yields the files in an archive.
func members(archive []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		rest, ok := bytes.CutPrefix(archive, []byte(archiveMagic))
		for ok && len(rest) >= memberHeader {
			size, err := strconv.Atoi(strings.TrimSpace(string(rest[memberSizeAt:memberSizeEnd])))
			rest = rest[memberHeader:]
			if err != nil || size < 0 || size > len(rest) || !yield(rest[:size]) {
				return
			}
			rest = rest[min(len(rest), size+size%2):]
		}
	}
}

// Exports returns an archive of what the compiler reads of another one, its first file: what
// a package has for those that import it, but no code.
func Exports(archive []byte) ([]byte, error) {
	for first := range members(archive) {
		end := len(archiveMagic) + memberHeader + len(first) + len(first)%2
		if bytes.HasPrefix(archive[len(archiveMagic):], []byte("__.PKGDEF")) && end <= len(archive) {
			return archive[:end], nil
		}
		break
	}
	return nil, fmt.Errorf("the archive does not begin with what the package exports: %w", errFormat)
}

// Append adds an object file to an archive.
func Append(archive []byte, name string, object []byte) []byte {
	var b bytes.Buffer
	b.Write(archive)
	if b.Len()%2 == 1 {
		b.WriteByte(0)
	}
	fmt.Fprintf(&b, "%-16s%-12d%-6d%-6d%-8s%-10d`\n", name, 0, 0, 0, "644", len(object))
	b.Write(object)
	if b.Len()%2 == 1 {
		b.WriteByte(0)
	}
	return b.Bytes()
}
