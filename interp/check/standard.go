package check

import (
	"archive/zip"
	"bufio"
	"bytes"
	"embed"
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"go/version"
	"io"
	"io/fs"
	"path"
	"runtime"
	"strings"

	"golang.org/x/tools/go/gcexportdata"
)

//go:generate go run ./gen

// archives has the types of the standard library, one file for each minor version of Go.
//
//go:embed std/*.zip
var archives embed.FS

// A Standard is the standard library of the Go toolchain that compiles cells.
type Standard interface {
	// Version is that of Go: "go1.27.4".
	Version() string
	// Packages are the import paths that cells can use.
	Packages() []string
	// Export opens what the compiler has made of a package. It is fs.ErrNotExist as long
	// as the package is not compiled.
	Export(path string) (io.ReadCloser, error)
	// Compile is Export for a package that has to be compiled first, which may take seconds.
	Compile(path string) (io.ReadCloser, error)
}

// A standard is the standard library that a session knows: the toolchain's, or that of one
// of the archives.
//
// The archives are for the interpreter, which needs no toolchain and has no other library than
// the one that Parago was built with. They also lend the types of a package that the
// toolchain has not compiled yet, if they are of the same Go: nobody waits for it then.
type standard struct {
	compiled Standard             // nil: there is no toolchain
	files    map[string]*zip.File // of the archive; empty if it is of another Go than the toolchain
	paths    map[string]bool      // of all packages but unsafe
}

func newStandard(compiled Standard) *standard {
	s := &standard{compiled: compiled, files: map[string]*zip.File{}, paths: map[string]bool{}}
	want := runtime.Version()
	if compiled != nil {
		want = compiled.Version()
	}
	z, made := archive(want)
	if compiled == nil || version.Lang(released(want)) == made && runtime.GOOS+"/"+runtime.GOARCH == platform(z) {
		for _, f := range z.File {
			s.files[f.Name] = f
		}
	}
	if compiled != nil {
		for _, p := range compiled.Packages() {
			s.paths[p] = p != "unsafe"
		}
		return s
	}
	for p := range s.files {
		s.paths[p] = true
	}
	return s
}

// released is a version as package version knows it: one between two releases counts as the
// release before it.
func released(v string) string {
	v = strings.TrimPrefix(v, "devel ")
	v, _, _ = strings.Cut(v, " ")
	return v
}

// archive is the newest one that is not of a newer Go than v, and its version: "go1.26". There
// is always one, since Parago cannot be built by an older Go than the first.
func archive(v string) (z *zip.Reader, made string) {
	names, _ := fs.Glob(archives, "std/*.zip")
	for _, name := range names {
		lang := strings.TrimSuffix(path.Base(name), ".zip")
		if made == "" || version.Compare(lang, released(v)) <= 0 && version.Compare(lang, made) > 0 {
			made = lang
		}
	}
	data, err := archives.ReadFile("std/" + made + ".zip")
	if err == nil {
		z, err = zip.NewReader(bytes.NewReader(data), int64(len(data)))
	}
	if err != nil {
		panic("check: the embedded standard library is damaged: " + err.Error())
	}
	return z, made
}

// platform is what an archive was made for. Its comment is, say, "go1.26.8 linux/amd64".
func platform(z *zip.Reader) string {
	_, platform, _ := strings.Cut(z.Comment, " ")
	return platform
}

// language is the version of Go's language that cells may be written in, "" for all of what
// go/types knows: it may know more than the compiler.
func (s *standard) language() string {
	if s.compiled == nil {
		return ""
	}
	lang := version.Lang(released(s.compiled.Version()))
	if version.Compare(lang, version.Lang(released(runtime.Version()))) < 0 {
		return lang
	}
	return ""
}

// load reads the types of a package, and into pkgs those that it mentions.
func (s *standard) load(p string, pkgs map[string]*types.Package) (*types.Package, error) {
	if s.compiled != nil {
		r, err := s.compiled.Export(p)
		if errors.Is(err, fs.ErrNotExist) && s.files[p] == nil {
			r, err = s.compiled.Compile(p)
		}
		switch {
		case err == nil:
			return readArchive(r, p, pkgs)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("load package %s: %w", p, err)
		}
	}
	r, err := s.files[p].Open()
	if err != nil {
		return nil, fmt.Errorf("load package %s: %w", p, err)
	}
	defer r.Close()
	return readExport(r, p, pkgs)
}

// readArchive reads the types of a package from what the compiler has made of it.
func readArchive(r io.ReadCloser, p string, pkgs map[string]*types.Package) (*types.Package, error) {
	defer r.Close()
	//lint:ignore SA1019 what the go command lists are archives, and this is what reads them
	data, err := gcexportdata.NewReader(bufio.NewReader(r))
	if err != nil {
		return nil, fmt.Errorf("load package %s: %w", p, err)
	}
	return readExport(data, p, pkgs)
}

func readExport(r io.Reader, p string, pkgs map[string]*types.Package) (*types.Package, error) {
	pkg, err := gcexportdata.Read(r, token.NewFileSet(), pkgs, p)
	if err != nil {
		return nil, fmt.Errorf("load package %s: %w", p, err)
	}
	return pkg, nil
}
