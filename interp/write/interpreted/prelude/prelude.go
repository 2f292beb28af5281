// Package prelude is the source of generic functions and types of the standard library,
// for package interpreted to instantiate: the interpreter can only call what is compiled. Its
// folders are packages that compile and are tested beside the standard library's own.
//
// It holds no functions without type parameters, since those are compiled anywhere.
package prelude

import (
	"embed"
	"io/fs"
)

// Source holds one folder for each package, named by its import path.
//
//go:embed slices maps cmp sync sync/atomic errors math/rand/v2 reflect iter
var Source embed.FS

// Packages are the import paths of what Source holds.
func Packages() []string {
	var out []string
	fs.WalkDir(Source, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		dir := p[:len(p)-len(d.Name())-1]
		if len(out) == 0 || out[len(out)-1] != dir {
			out = append(out, dir)
		}
		return nil
	})
	return out
}
