package object

import (
	"encoding/binary"
	"strings"
	"testing"
)

func TestRenameFunctions(t *testing.T) {
	table := func(names string) []byte {
		b := make([]byte, headerSize)
		binary.LittleEndian.PutUint32(b, pcTableMagic)
		b[7] = 8
		binary.LittleEndian.PutUint64(b[namesAt:], headerSize)
		binary.LittleEndian.PutUint64(b[namesAt+8:], uint64(headerSize+len(names)))
		return append(b, names+"rest\x00"...)
	}
	short := func(name string) string { return strings.Replace(name, "long/", "", 1) }
	got := table("\x00long/a.f\x00b.g\x00")
	renameFunctions(got, binary.LittleEndian, short)
	if want := table("\x00a.f\x00\x00\x00\x00\x00\x00b.g\x00"); string(got) != string(want) {
		t.Errorf("%q, want %q", got, want)
	}
	for _, other := range [][]byte{nil, []byte("short"), append([]byte{0xfa}, table("long/a\x00")[1:]...)} {
		was := string(other)
		if renameFunctions(other, binary.LittleEndian, short); string(other) != was {
			t.Errorf("%q became %q", was, other)
		}
	}
	grown := table("long/a.f\x00")
	renameFunctions(grown, binary.LittleEndian, func(name string) string { return name + name })
	if string(grown) != string(table("long/a.f\x00")) {
		t.Errorf("a name has grown: %q", grown)
	}
}
