package object

import (
	"bytes"
	"encoding/binary"
	"strings"
)

const (
	nameData     = "type:.namedata."
	pathData     = "type:.importpath."
	nameExported = 1 // the only flag of a name that nothing follows
	mainName     = "main"
)

// ShowAsMain has the packages below a path be package main to those who look at types when the
// program runs: in the names of types, of which instances hold the import paths of their
// arguments, and as the package that a type, a field or a method is of. The types stay as
// many as they are, since what is changed is only their text.
//
// What is left of an import path stays behind the new one, for those who know of it:
// "parago/cells/01" becomes "main", and "go/cells/01" follows.
func ShowAsMain(archive []byte, prefix string) error {
	objects, err := parseObjects(archive)
	if err != nil {
		return err
	}
	for _, o := range objects {
		o.showAsMain(prefix)
	}
	return nil
}

func (o *goObject) showAsMain(prefix string) {
	index := 0
	for block := blockFirstDefs; block <= blockDefs; block++ {
		for r := range o.records(block, symbolSize) {
			switch name := o.name(r); {
			case strings.HasPrefix(name, nameData):
				rewriteName(o.content(index), inMain(prefix))
			case strings.HasPrefix(name, pathData):
				cutPath(o.content(index), prefix)
			}
			index++
		}
	}
}

// cutPath makes an import path main, and leaves its end behind that. It is in the form of a
// name: flags, length, text.
func cutPath(data []byte, prefix string) {
	if len(data) < 2+len(mainName) || data[0] != 0 || int(data[1]) != len(data)-2 || !bytes.HasPrefix(data[2:], []byte(prefix)) {
		return
	}
	data[1] = byte(len(mainName))
	copy(data[2:], mainName)
}

// content is the data of a definition, by its number.
func (o *goObject) content(index int) []byte {
	at := o.offset(blockDataIndex) + 4*uint32(index)
	if at+8 > o.offset(blockDataIndex+1) {
		return nil
	}
	start, end := o.offset(blockData)+o.uint32(at), o.offset(blockData)+o.uint32(at+4)
	if start > end || int(end) > len(o.data) {
		return nil
	}
	return o.data[start:end]
}

// rewriteName changes a name in place.
func rewriteName(data []byte, rewrite func(string) string) {
	old, ok := nameText(data)
	if !ok {
		return
	}
	if name := rewrite(old); len(name) < len(old) {
		clear(data[copy(data, nameOf(data[0], name)):])
	}
}

// nameText is a name as the runtime has it: flags, length, text. It is not ok if there is more.
func nameText(data []byte) (text string, ok bool) {
	if len(data) < 2 || data[0]&^nameExported != 0 {
		return "", false
	}
	length, n := binary.Uvarint(data[1:])
	if n <= 0 || uint64(len(data)) < 1+uint64(n)+length {
		return "", false
	}
	return string(data[1+n : 1+n+int(length)]), true
}

// nameOf is a name in that form.
func nameOf(flags byte, text string) []byte {
	return append(binary.AppendUvarint([]byte{flags}, uint64(len(text))), text...)
}

// inMain gives types of packages below a path the name that they have as types of main.
func inMain(prefix string) func(string) string {
	return func(name string) string {
		for {
			i := strings.Index(name, prefix)
			if i < 0 {
				return name
			}
			dot := strings.IndexByte(name[i+len(prefix):], '.')
			if dot < 0 || bytes.ContainsAny([]byte(name[i+len(prefix):i+len(prefix)+dot]), "/[]*, ;") {
				return name
			}
			name = name[:i] + mainName + name[i+len(prefix)+dot:]
		}
	}
}
