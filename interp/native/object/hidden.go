package object

import (
	"encoding/binary"
	"strings"
)

// What the description of a type has at its beginning: where its flags are, of which one says that
// there are methods, and its kind.
const (
	tflagsAt     = 20
	tflagMethods = 1
	typeKindAt   = 23
	structKind   = 25
	typeKindMask = 1<<5 - 1
	structSize   = 80 // of a struct's own part, behind which the one on methods is
)

// The part on methods begins with the package's path. It has the number of methods, that of those
// which reflect shows, and where the methods are, each with its name first.
const (
	countAt      = 4
	shownAt      = 6
	methodsAt    = 8
	methodsBegin = 16 // at least
	methodSize   = 16
)

// HideMethods has reflect show methods no more whose names begin so, and takes that beginning
// off the names: they are another package's unexported ones to everybody. The methods stay, for
// interfaces that ask for them. It changes the Go objects of an archive.
func HideMethods(archive []byte, prefix string) error {
	objects, err := parseObjects(archive)
	if err != nil {
		return err
	}
	for _, o := range objects {
		o.hideMethods(prefix)
	}
	return nil
}

func (o *goObject) hideMethods(prefix string) {
	short := func(text string) string { return strings.ReplaceAll(text, prefix, "") }
	for i, def := range o.definitions() {
		switch name := o.name(def); {
		case isDescription(name):
			hideMethods(o.content(i), o.namesIn(i), prefix)
		case strings.HasPrefix(name, nameData):
			rewriteName(o.content(i), short)
		}
	}
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
// by a short offset, or behind a struct without a name.
func methodsOf(description []byte, targets map[int]string) (at int, ok bool) {
	if len(description) <= typeKindAt || description[tflagsAt]&tflagMethods == 0 {
		return 0, false
	}
	if description[typeKindAt]&typeKindMask == structKind {
		at = structSize
	}
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
