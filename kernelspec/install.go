package kernelspec

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

const jsonFile = "kernel.json"

// binaryFile is the copy's name inside the kernelspec's directory.
func binaryFile() string {
	if runtime.GOOS == "windows" {
		return "parago.exe"
	}
	return "parago"
}

// Install writes the kernelspec under a Jupyter data directory and returns the paths
// of the files that it wrote, kernel.json last: Jupyter finds no kernel whose binary
// is not there yet. It refuses to replace a kernel that is not Parago's.
func (s Spec) Install(dataDir string) ([]string, error) {
	if err := s.checkName(); err != nil {
		return nil, err
	}
	dir := s.Dir(dataDir)
	if err := refuseForeign(dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("install the kernel: %w", err)
	}
	binary := filepath.Join(dir, binaryFile())
	if err := copyBinary(binary, s.Binary); err != nil {
		return nil, fmt.Errorf("copy %s to %s: %w", s.Binary, binary, err)
	}
	wrote := []string{binary}
	for _, f := range append(logos(), file{jsonFile, s.JSON(binary)}) {
		path := filepath.Join(dir, f.name)
		if err := writeFile(path, 0o644, strings.NewReader(string(f.data))); err != nil {
			return wrote, fmt.Errorf("write %s: %w", path, err)
		}
		wrote = append(wrote, path)
	}
	return wrote, nil
}

// Uninstall removes what Install has written under a data directory and returns the
// paths that it removed, the directory last. A directory that holds other files too
// stays, with them. The error is fs.ErrNotExist if there is no such kernel.
func (s Spec) Uninstall(dataDir string) ([]string, error) {
	if err := s.checkName(); err != nil {
		return nil, err
	}
	dir := s.Dir(dataDir)
	if _, err := read(dir); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("uninstall the kernel %s: %w in %s", s.name(), fs.ErrNotExist, dir)
	} else if err != nil {
		return nil, fmt.Errorf("uninstall the kernel %s: %w", s.name(), err)
	}
	names := []string{jsonFile} // first: without it, Jupyter sees no kernel
	for _, f := range logos() {
		names = append(names, f.name)
	}
	var removed []string
	for _, name := range append(names, binaryFile()) {
		path := filepath.Join(dir, name)
		switch err := os.Remove(path); {
		case err == nil:
			removed = append(removed, path)
		case !errors.Is(err, fs.ErrNotExist):
			return removed, fmt.Errorf("uninstall the kernel %s: %w", s.name(), err)
		}
	}
	if os.Remove(dir) == nil {
		removed = append(removed, dir)
	}
	return removed, nil
}

func refuseForeign(dir string) error {
	_, err := read(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// copyBinary installs src as dst, unless they are one file: an installed binary may
// install itself again, under the same name.
func copyBinary(dst, src string) error {
	in, err := os.Open(src)
	if err != nil {
		return err
	}
	defer in.Close()
	if same(in, dst) {
		return nil
	}
	return writeFile(dst, 0o755, in)
}

func same(open *os.File, path string) bool {
	a, err := open.Stat()
	if err != nil {
		return false
	}
	b, err := os.Stat(path)
	return err == nil && os.SameFile(a, b)
}

// writeFile replaces path as a whole: whoever has the old file open, or runs it, keeps it.
func writeFile(path string, mode fs.FileMode, content io.Reader) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(tmp.Name())
		}
	}()
	_, err = io.Copy(tmp, content)
	if err == nil {
		err = tmp.Chmod(mode)
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// globEscape makes a path a pattern that matches only itself.
func globEscape(path string) string {
	return strings.NewReplacer(`*`, `[*]`, `?`, `[?]`, `[`, `[[]`).Replace(path)
}
