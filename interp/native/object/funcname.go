package object

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"strings"
)

const (
	pcTable      = ".gopclntab"
	pcTableMagic = 0xfffffff1 // of Go 1.20 and later
	namesAt      = 32         // where its header says where the names of functions are, and then where they end
	headerSize   = namesAt + 16
)

// RenameFunctions changes what the runtime calls the functions of an object file that the Go
// linker has made for another linker, in stacks and to those who ask it. It does not change what they
// are linked by. A new name must not be longer. Of a table in another form than the
// known one nothing is changed.
func RenameFunctions(file string, rename func(string) string) error {
	return edit(file, func(data []byte, f *elf.File) error {
		for _, s := range f.Sections {
			if !strings.HasSuffix(s.Name, pcTable) || s.Type != elf.SHT_PROGBITS {
				continue
			}
			if s.Offset+s.Size > uint64(len(data)) {
				return fmt.Errorf("%s is cut off", file)
			}
			renameFunctions(data[s.Offset:s.Offset+s.Size], f.ByteOrder, rename)
		}
		return nil
	})
}

// renameFunctions changes the names in a table, which stand one behind another and are found by
// where they begin.
func renameFunctions(table []byte, order binary.ByteOrder, rename func(string) string) {
	if len(table) < headerSize || order.Uint32(table) != pcTableMagic || table[7] != 8 {
		return
	}
	start, end := order.Uint64(table[namesAt:]), order.Uint64(table[namesAt+8:])
	if start > end || end > uint64(len(table)) {
		return
	}
	for names := table[start:end]; ; {
		n := bytes.IndexByte(names, 0)
		if n < 0 {
			return
		}
		if to := rename(string(names[:n])); len(to) <= n {
			clear(names[copy(names, to):n])
		}
		names = names[n+1:]
	}
}
