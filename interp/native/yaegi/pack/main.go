// Command pack writes the sources of yaegi, as go.mod names it, into a zip file.
package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"strings"

	"github.com/parago/parago/interp/native/yaegi"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: pack FILE")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func run(name string) error {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Version}} {{.Dir}}", yaegi.Module).Output()
	if err != nil {
		return fmt.Errorf("find the module: %w", err)
	}
	version, dir, ok := strings.Cut(strings.TrimSpace(string(out)), " ")
	if !ok {
		return errors.New("the module is not in the module cache: go mod download")
	}
	var buffer bytes.Buffer
	if err := write(&buffer, os.DirFS(dir), version); err != nil {
		return err
	}
	return os.WriteFile(name, buffer.Bytes(), 0o644)
}

func write(w io.Writer, module fs.FS, version string) error {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	if err := z.SetComment(version); err != nil {
		return err
	}
	err := fs.WalkDir(module, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !needed(name) {
			return err
		}
		data, err := fs.ReadFile(module, name)
		if err != nil {
			return err
		}
		f, err := z.Create(name)
		if err != nil {
			return err
		}
		_, err = f.Write(data)
		return err
	})
	if err != nil {
		return err
	}
	return z.Close()
}

// folders are the packages that the program needs, and those that they do. Its tables of the standard
// library are Parago's own.
var folders = map[string]bool{"interp": true, "internal/unsafe2": true, "stdlib/generic": true}

func needed(name string) bool {
	return name == "go.mod" || name == "LICENSE" || folders[path.Dir(name)] && !strings.HasSuffix(name, "_test.go")
}
