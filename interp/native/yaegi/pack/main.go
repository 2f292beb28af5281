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
	"regexp"
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

// folders are the packages that Parago imports, and those that they do.
var folders = map[string]bool{
	"interp": true, "internal/unsafe2": true, "stdlib": true, "stdlib/generic": true,
	"stdlib/syscall": true, "stdlib/unrestricted": true, "stdlib/unsafe": true,
}

// Tables of the standard library are of one Go version, and those of package syscall of
// one system. Only the newest are used, and only where there are plugins.
var (
	oldTable = regexp.MustCompile(`^stdlib/.*go1_21_|go1_20_`)
	sysTable = regexp.MustCompile(`_syscall_\w+\.go$`)
	plugins  = regexp.MustCompile(`_syscall_(linux|darwin)_(amd64|arm64)\.go$`)
)

func needed(name string) bool {
	switch {
	case name == "go.mod" || name == "LICENSE":
		return true
	case !folders[path.Dir(name)], strings.HasSuffix(name, "_test.go"), oldTable.MatchString(name):
		return false
	}
	return plugins.MatchString(name) || !sysTable.MatchString(name)
}
