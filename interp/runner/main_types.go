package runner

import (
	"reflect"
	"unsafe"
)

// digestLen is how long the last element is of a cell's import path.
const digestLen = 16

// pathOf is the import path of the package that a type with a name is of. The types of cells say
// that they are of package main, in which users take their cells to be. They are told apart here by
// what stands in memory behind that name (object.ShowAsMain): the end of the path. Behind
// the name of a package that is really main, the program has other names.
func pathOf(t reflect.Type) string {
	const shown = "main"
	path := t.PkgPath()
	if path != shown {
		return path
	}
	whole := unsafe.String(unsafe.StringData(path), len(cellPath)+digestLen)
	if whole[len(shown):len(cellPath)] != cellPath[len(shown):] {
		return path
	}
	return cellPath + whole[len(cellPath):]
}
