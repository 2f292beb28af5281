package object

import (
	"bytes"
	"encoding/binary"
	"strings"
)

const (
	nameData     = "type:.namedata."
	nameExported = 1 // the only flag of a name that nothing follows
)

// RewriteTypeNames changes, in an archive's Go objects, what types of the program are called
// when it runs: the names of instances hold the import paths of their arguments. A new name must
// not be longer. Types are still told apart, since what is changed is only their text.
func RewriteTypeNames(archive []byte, rewrite func(string) string) error {
	objects, err := parseObjects(archive)
	if err != nil {
		return err
	}
	for _, o := range objects {
		o.rewriteNames(rewrite)
	}
	return nil
}

func (o *goObject) rewriteNames(rewrite func(string) string) {
	index := 0
	for block := blockFirstDefs; block <= blockDefs; block++ {
		for r := range o.records(block, symbolSize) {
			if strings.HasPrefix(o.name(r), nameData) {
				rewriteName(o.content(index), rewrite)
			}
			index++
		}
	}
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

// rewriteName changes a name as the runtime has it: flags, length, text.
func rewriteName(data []byte, rewrite func(string) string) {
	if len(data) < 2 || data[0]&^nameExported != 0 {
		return
	}
	length, n := binary.Uvarint(data[1:])
	if n <= 0 || uint64(len(data)) < 1+uint64(n)+length {
		return
	}
	old := string(data[1+n : 1+n+int(length)])
	name := rewrite(old)
	if name == old || len(name) > len(old) {
		return
	}
	text := append(binary.AppendUvarint([]byte{data[0]}, uint64(len(name))), name...)
	clear(data[copy(data, text):])
}

// InMain gives types of packages below a path the name that they have as types of main.
func InMain(prefix string) func(string) string {
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
			name = name[:i] + "main" + name[i+len(prefix)+dot:]
		}
	}
}
