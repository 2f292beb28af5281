package native

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A Standard is the standard library as a host's toolchain has compiled it, for those who check
// cells before they are compiled. It is a check.Standard.
type Standard struct{ host *Host }

// Standard is the standard library that cells are compiled with.
func (h *Host) Standard() Standard { return Standard{h} }

// Version is that of Go.
func (s Standard) Version() string { return s.host.toolchain.Version }

// Packages are the import paths that cells can use.
func (s Standard) Packages() []string { return s.host.standard }

// Export opens what the compiler has made of a package. Where the package is not compiled, it
// is fs.ErrNotExist.
func (s Standard) Export(path string) (io.ReadCloser, error) {
	p, ok := s.host.packages[path]
	switch {
	case ok:
		return os.Open(p.Archive)
	case s.host.completed():
		return os.Open(filepath.Join(s.host.Dir, filepath.FromSlash(lateArchive(path))))
	}
	return nil, fs.ErrNotExist
}

// Compile is Export for a package that is not in the host's folder: the go command compiles
// it, with what it imports, unless that is in its cache.
func (s Standard) Compile(path string) (io.ReadCloser, error) {
	file, err := s.host.toolchain.exportOne(context.Background(), s.host.Dir, path, BuildFlags())
	if err != nil {
		return nil, err
	}
	return os.Open(file)
}
