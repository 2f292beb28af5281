package object

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"regexp"
	"strings"
)

// What the description of a type has at its beginning: where its flags are, of which one says that
// there are methods, and its kind.
const (
	tflagsAt     = 20
	tflagMethods = 1
	typeKindAt   = 23
	typeKindMask = 1<<5 - 1
	typeText     = 40 // a short offset of the type's text

	interfaceKind    = 20
	interfacePath    = 48 // a pointer to the path of its unexported methods' package
	interfaceMethods = 56 // a pointer to its methods

	pointerKind = 22
	structKind  = 25
)

// methodsBehind is the size of what types without a name that can have methods have before the part on
// methods, by kind.
var methodsBehind = map[byte]int{pointerKind: 56, structKind: 80}

// The part on methods begins with the package's path. It has the number of methods, that of those
// which reflect shows, and where the methods are, each with its name first.
const (
	countAt      = 4
	shownAt      = 6
	methodsAt    = 8
	methodsBegin = 16 // at least
	methodSize   = 16
)

// HideMethods has methods whose names begin so be package main's unexported ones to reflect, and
// takes that beginning off the names: reflect shows them no more, but for those of interfaces, of which it
// tells the package. The methods stay, for interfaces that ask for them. It returns the
// archive with its Go objects changed. They must describe a type of package main (ShowAsMain).
func HideMethods(archive []byte, prefix string) ([]byte, error) {
	return replaceObjects(archive, func(o *goObject) error { return o.hideMethods(prefix) })
}

func (o *goObject) hideMethods(prefix string) error {
	var additions []addition
	for i, def := range o.definitions() {
		switch name := o.name(def); {
		case isDescription(name):
			names := o.namesIn(i)
			if !hasHidden(names, prefix) {
				break
			}
			hideMethods(o.content(i), names, prefix)
			more, err := o.tellPackage(i, names)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			additions = append(additions, more...)
		case strings.HasPrefix(name, nameData) && bytes.Contains(o.content(i), []byte(prefix)):
			o.replace(i, hideName(o.content(i), prefix))
		}
	}
	o.add(additions)
	return nil
}

// hideName takes the prefix off a method's name, and off the mark of what is exported. In the text of a
// type, which is an interface without a name or made of one, methods are main's.
func hideName(data []byte, prefix string) []byte {
	text, ok := nameText(data)
	switch name, is := strings.CutPrefix(text, prefix); {
	case !ok:
		return data
	case is:
		return nameOf(data[0]&^nameExported, name)
	}
	methods := regexp.MustCompile(regexp.QuoteMeta(prefix) + `([\pL_][\pL\p{Nd}_]*\()`)
	text = methods.ReplaceAllString(text, mainName+".$1")
	return nameOf(data[0], strings.ReplaceAll(text, prefix, ""))
}

// hasHidden reports whether a description has the name of a method that is to be hidden.
func hasHidden(targets map[int]string, prefix string) bool {
	for _, name := range targets {
		if strings.HasPrefix(name, nameData+prefix) {
			return true
		}
	}
	return false
}

// tellPackage has a type without a name say which package its unexported methods are of: the runtime
// and reflect compare that. Types with a name do so already.
func (o *goObject) tellPackage(number int, targets map[int]string) ([]addition, error) {
	description := o.content(number)
	at, size, like := 0, 0, 0
	switch kind := description[typeKindAt] & typeKindMask; {
	case kind == interfaceKind:
		at, size, like = interfacePath, 8, interfaceMethods
	case description[tflagsAt]&tflagMethods != 0 && methodsBehind[kind] > 0:
		at, size, like = methodsBehind[kind], 4, typeText
	default:
		return nil, nil
	}
	if targets[at] != "" {
		return nil, nil
	}
	path, ok := o.mainPath()
	reloc := o.relocAt(number, like)
	if !ok || reloc == nil {
		return nil, errFormat
	}
	return []addition{{number, o.reloc(reloc, at, size, path)}}, nil
}

// mainPath is the definition of the path of package main.
func (o *goObject) mainPath() (number int, ok bool) {
	for i, def := range o.definitions() {
		if strings.HasPrefix(o.name(def), pathData) && bytes.HasPrefix(o.content(i), []byte("\x00\x04"+mainName)) {
			return i, true
		}
	}
	return 0, false
}

// namesIn are the symbols that a definition refers to, by where it does.
func (o *goObject) namesIn(number int) map[int]string {
	names := map[int]string{}
	for t := range o.targets(number) {
		if t.symbol != nil {
			names[t.at] = o.name(t.symbol)
		}
	}
	return names
}

// hideMethods lowers the number of methods that reflect shows. They are sorted by name, and those
// that are to be hidden come last, but for what other methods' names begin with a later letter of
// another alphabet: then all are shown.
func hideMethods(description []byte, targets map[int]string, prefix string) {
	at, ok := methodsOf(description, targets)
	if !ok {
		return
	}
	count := int(binary.LittleEndian.Uint16(description[at+shownAt:]))
	first := at + int(binary.LittleEndian.Uint32(description[at+methodsAt:]))
	hidden := func(i int) bool { return strings.HasPrefix(targets[first+i*methodSize], nameData+prefix) }
	shown := count
	for shown > 0 && hidden(shown-1) {
		shown--
	}
	for i := range shown {
		if hidden(i) {
			return
		}
	}
	binary.LittleEndian.PutUint16(description[at+shownAt:], uint16(shown))
}

// methodsOf is where the part on methods is: where a description refers to a package's path
// by a short offset, or behind a struct without a name or a pointer to one.
func methodsOf(description []byte, targets map[int]string) (at int, ok bool) {
	if len(description) <= typeKindAt || description[tflagsAt]&tflagMethods == 0 {
		return 0, false
	}
	at = methodsBehind[description[typeKindAt]&typeKindMask]
	for offset, target := range targets {
		// A struct and an interface also have the path of their fields' and methods' package, before that.
		if strings.HasPrefix(target, pathData) {
			at = max(at, offset)
		}
	}
	if at == 0 || at+methodsBegin > len(description) {
		return 0, false
	}
	begin := at + int(binary.LittleEndian.Uint32(description[at+methodsAt:]))
	end := begin + methodSize*int(binary.LittleEndian.Uint16(description[at+countAt:]))
	return at, begin >= at+methodsBegin && end <= len(description)
}

// isDescription reports whether a symbol is the description of a type.
func isDescription(name string) bool {
	return strings.HasPrefix(name, "type:") && !strings.HasPrefix(name, "type:.")
}
