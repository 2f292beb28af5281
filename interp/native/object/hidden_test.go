package object

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Of types with methods of both sorts, of one and of none, reflect shows those that are not hidden.
func TestHideMethods(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "p.go", `package p
type Both struct{ x int }
func (Both) Shown() {}
func (*Both) Set() {}
func (Both) Ⲡhidden() {}
type Only map[string]int
func (Only) Ⲡhidden() {}
type Neither func()
func (Neither) Shown() {}
type Late int
func (Late) Ⲡhidden() {}
func (Late) Ꙁlater() {} // whose letter comes after that one
var Embeds any = struct{ Both }{}
var All = []any{Both{}, &Both{}, Only{}, Neither(nil), Late(0), new(interface{ Ⲡhidden() })}
`)
	tool(t, dir, "compile", "-p", "p", "-complete", "-pack", "-dwarf=false", "-dynlink", "-linkshared", "-o", "p.a", "p.go")
	archive, err := os.ReadFile(filepath.Join(dir, "p.a"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][2]uint16{ // shown, all
		"type:p.Both": {1, 2}, "type:*p.Both": {2, 3}, "type:p.Only": {0, 1}, "type:*p.Only": {0, 1},
		"type:p.Neither": {1, 1}, "type:p.Late": {2, 2}, "type:struct { p.Both }": {1, 2},
	}
	before := methodCounts(t, archive)
	for name, counts := range want {
		if got := before[name]; got != [2]uint16{counts[1], counts[1]} {
			t.Errorf("at first, %s has %v methods", name, got)
		}
	}
	if err := HideMethods(archive, "Ⲡ"); err != nil {
		t.Fatal(err)
	}
	after := methodCounts(t, archive)
	for name, counts := range want {
		if after[name] != counts {
			t.Errorf("%s has %v methods, want %v", name, after[name], counts)
		}
	}
	if strings.Contains(typeTexts(t, archive), "Ⲡ") {
		t.Error("a type's text has the names of hidden methods")
	}
}

// methodCounts are the numbers of methods, shown and all, by the names of types' symbols.
func methodCounts(t *testing.T, archive []byte) map[string][2]uint16 {
	t.Helper()
	counts := map[string][2]uint16{}
	objects, err := parseObjects(archive)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range objects {
		for i, def := range o.definitions() {
			d := o.content(i)
			if at, ok := methodsOf(d, o.namesIn(i)); ok && isDescription(o.name(def)) {
				counts[o.name(def)] = [2]uint16{binary.LittleEndian.Uint16(d[at+shownAt:]), binary.LittleEndian.Uint16(d[at+countAt:])}
			}
		}
	}
	return counts
}

// typeTexts are the names in an archive by which types are described.
func typeTexts(t *testing.T, archive []byte) string {
	t.Helper()
	var all strings.Builder
	objects, err := parseObjects(archive)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range objects {
		for i, def := range o.definitions() {
			if strings.HasPrefix(o.name(def), nameData) {
				all.Write(o.content(i))
			}
		}
	}
	return all.String()
}
