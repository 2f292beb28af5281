// Command gen writes std/go1.N.zip: the types of all public packages of the standard
// library of the Go that runs it, as export data, so that cells can be checked where no Go
// toolchain is.
package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"go/importer"
	"go/token"
	"go/version"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strings"

	"golang.org/x/tools/go/gcexportdata"
)

func main() {
	if err := run(filepath.Join("std", version.Lang(runtime.Version())+".zip")); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(name string) error {
	files, err := exportFiles()
	if err != nil {
		return err
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	if err := z.SetComment(runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH); err != nil {
		return err
	}
	fset := token.NewFileSet()
	imp := importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(files[path]) })
	for _, path := range public(files) {
		pkg, err := imp.Import(path)
		if err != nil {
			return fmt.Errorf("import %s: %w", path, err)
		}
		w, err := z.Create(path)
		if err != nil {
			return err
		}
		if err := gcexportdata.Write(w, fset, pkg); err != nil {
			return fmt.Errorf("write %s: %w", path, err)
		}
	}
	if err := z.Close(); err != nil {
		return err
	}
	return os.WriteFile(name, out.Bytes(), 0o644)
}

// exportFiles maps each package of the standard library to the compiler's export data.
func exportFiles() (map[string]string, error) {
	out, err := exec.Command("go", "list", "-export", "-f", "{{.ImportPath}} {{.Export}}", "std").Output()
	if err != nil {
		return nil, fmt.Errorf("list the standard library: %w", err)
	}
	files := map[string]string{}
	for line := range strings.Lines(string(out)) {
		if f := strings.Fields(line); len(f) == 2 {
			files[f[0]] = f[1]
		}
	}
	return files, nil
}

func public(files map[string]string) []string {
	var paths []string
	for path := range files {
		if strings.HasPrefix(path, "vendor/") || strings.Contains("/"+path+"/", "/internal/") || path == "unsafe" {
			continue
		}
		paths = append(paths, path)
	}
	sort.Strings(paths)
	return paths
}
