// Package yaegi carries the interpreter's sources, so that a program with the
// interpreter in it can be built where no module proxy can be reached.
//
// sources.zip holds what such a program needs of the module that go.mod names: no tests, no
// commands, and no tables of the standard library. Command pack writes it; a test compares it with the module.
package yaegi

import (
	"archive/zip"
	"crypto/sha256"
	_ "embed" // sources.zip
	"io/fs"
	"strings"
)

//go:generate go run ./pack sources.zip

//go:embed sources.zip
var sources string

// Module is the module's path.
const Module = "github.com/traefik/yaegi"

// Sum tells these sources from all others. It is quicker than to read them.
func Sum() [sha256.Size]byte { return sha256.Sum256([]byte(sources)) }

// Source returns the module's folder and its version.
func Source() (files fs.FS, version string, err error) {
	z, err := zip.NewReader(strings.NewReader(sources), int64(len(sources)))
	if err != nil {
		return nil, "", err
	}
	return z, z.Comment, nil
}
