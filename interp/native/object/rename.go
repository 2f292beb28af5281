package object

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"os"
)

// RenameDefinitions gives symbols that an archive's Go objects define other names of the same
// length, in place.
func RenameDefinitions(archive []byte, names map[string]string) error {
	objects, err := parseObjects(archive)
	if err != nil {
		return err
	}
	for _, o := range objects {
		for r := range o.records(blockDefs, symbolSize) {
			name := o.name(r)
			to, ok := names[name]
			if ok && len(to) != len(name) {
				return fmt.Errorf("no room to call %s %s", name, to)
			}
			if ok {
				copy(o.data[binary.LittleEndian.Uint32(r[4:]):], to)
			}
		}
	}
	return nil
}

// Rename gives symbols of an object file other names, no longer than the old ones, and
// takes suffixes off. Its table of names is changed in place: names in it stand alone.
func Rename(file string, names map[string]string, suffixes ...string) error {
	return edit(file, func(data []byte, f *elf.File) error {
		s := f.Section(".strtab")
		if s == nil || s.Offset+s.Size > uint64(len(data)) {
			return fmt.Errorf("%s has no names", file)
		}
		return renameSymbols(data[s.Offset:s.Offset+s.Size], names, suffixes)
	})
}

// edit changes an object file in place.
func edit(file string, change func(data []byte, f *elf.File) error) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		return err
	}
	if err := change(data, f); err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o644)
}

func renameSymbols(table []byte, names map[string]string, suffixes []string) error {
	for len(table) > 0 {
		end := bytes.IndexByte(table, 0)
		if end < 0 {
			break
		}
		name := table[:end]
		table = table[end+1:]
		to, ok := names[string(name)]
		if ok && len(to) <= len(name) {
			clear(name[copy(name, to):])
			continue
		} else if ok {
			return fmt.Errorf("no room to call %s %s", name, to)
		}
		for _, suffix := range suffixes {
			if rest, ok := bytes.CutSuffix(name, []byte(suffix)); ok {
				clear(name[len(rest):])
			}
		}
	}
	return nil
}
