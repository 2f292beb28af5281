package object

import (
	"encoding/binary"
	"os"
	"os/exec"
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
var Embeds, Points any = struct{ Both }{}, &struct{ Both; n int }{}
var All = []any{Both{}, &Both{}, Only{}, Neither(nil), Late(0), new(interface{ Ⲡhidden() })}
`)
	tool(t, dir, "compile", "-p", "cells/p", "-complete", "-pack", "-dwarf=false", "-dynlink", "-linkshared", "-o", "p.a", "p.go")
	archive, err := os.ReadFile(filepath.Join(dir, "p.a"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][2]uint16{ // shown, all
		"type:cells/p.Both": {1, 2}, "type:*cells/p.Both": {2, 3}, "type:cells/p.Only": {0, 1}, "type:*cells/p.Only": {0, 1},
		"type:cells/p.Neither": {1, 1}, "type:cells/p.Late": {2, 2}, "type:struct { cells/p.Both }": {1, 2},
		"type:*struct { cells/p.Both; cells/p.n int }": {2, 3},
	}
	before := methodCounts(t, archive)
	for name, counts := range want {
		if got := before[name]; got != [2]uint16{counts[1], counts[1]} {
			t.Errorf("at first, %s has %v methods", name, got)
		}
	}
	if err := ShowAsMain(archive, "cells/"); err != nil {
		t.Fatal(err)
	}
	if archive, err = HideMethods(archive, "Ⲡ"); err != nil {
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

// A program of package main shows with reflect and the runtime what it would without the change, for all
// sorts of types that have methods or ask for them.
func TestHiddenMethodsAreMains(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const text = `package main

import (
	"fmt"
	"reflect"
)

type E struct{ n int }

func (E) Shown() int    { return 1 }
func (e E) hidden() int { return e.n }
func (e *E) set() int   { return -e.n }

type I interface{ Shown() int; hidden() int }
type S interface{ set() int }
type G[T any] interface{ hidden() T }

func main() {
	for _, x := range []any{E{1}, &E{2}, struct{ E }{E{3}}, &struct{ E }{E{4}}, struct{ *E }{&E{5}}, &struct{ *E; n int }{E: &E{6}}, []E{}} {
		t := reflect.TypeOf(x)
		i, isI := x.(I)
		s, isS := x.(S)
		g, isG := x.(G[int])
		u, isU := x.(interface{ hidden() int })
		_, isOther := x.(interface{ hidden() string })
		fmt.Println(t.NumMethod(), isI, isS, isG, isU, isOther)
		if isI { fmt.Println(i.hidden(), g.hidden(), u.hidden(), i == u, any(u).(I) == i) }
		if isS { fmt.Println(s.set()) }
		for _, in := range []reflect.Type{reflect.TypeFor[I](), reflect.TypeFor[S](), reflect.TypeFor[G[int]](), reflect.TypeFor[G[string]](), reflect.TypeFor[interface{ hidden() int }]()} {
			fmt.Print(t.Implements(in), " ")
		}
		fmt.Println()
	}
	fmt.Printf("%T %T\\n", map[string]func(interface{ hidden(E) }){}, []interface{ Shown(); set(interface{ set() }) }{})
	for _, in := range []reflect.Type{reflect.TypeFor[I](), reflect.TypeFor[S](), reflect.TypeFor[G[int]](), reflect.TypeFor[interface{ hidden() int; Shown() int }](), reflect.TypeFor[func(interface{ set() int })]().In(0)} {
		for i := range in.NumMethod() {
			m := in.Method(i)
			fmt.Print(m.Name, m.PkgPath, m.IsExported(), m.Type, " ")
		}
		fmt.Println(in, reflect.TypeFor[I]().Implements(in), reflect.TypeFor[interface{ hidden() int; Shown() int }]().Implements(in))
	}
}
`
	plain := mainOf(t, dir, "plain", text, func(archive []byte) []byte { return archive })
	spelled := strings.NewReplacer("hidden", "Ⲡhidden", "set", "Ⲡset").Replace(text)
	hidden := mainOf(t, dir, "hidden", spelled, func(archive []byte) []byte {
		archive, err := HideMethods(archive, "Ⲡ")
		if err != nil {
			t.Fatal(err)
		}
		return archive
	})
	if plain != hidden || plain == "" {
		t.Errorf("with hidden methods the program prints\n%s\nand should print\n%s", hidden, plain)
	}
}

// mainOf is what a program prints whose archive is changed before it is linked.
func mainOf(t *testing.T, dir, name, text string, change func([]byte) []byte) string {
	t.Helper()
	write(t, dir, name+".go", text)
	list := exec.Command("go", "list", "-export", "-deps", "-f", "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}", "fmt", "reflect")
	config, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "importcfg", string(config))
	tool(t, dir, "compile", "-p", "main", "-complete", "-pack", "-importcfg", "importcfg", "-o", name+".a", name+".go")
	archive, err := os.ReadFile(filepath.Join(dir, name+".a"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, name+".a", string(change(archive)))
	tool(t, dir, "link", "-importcfg", "importcfg", "-o", name+".exe", name+".a")
	out, err := exec.Command(filepath.Join(dir, name+".exe")).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
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
