package gotest

import (
	"context"
	"errors"
	"fmt"
	goimporter "go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// importer reads the packages of the standard library from what the go command compiled.
func importer(t *testing.T) types.Importer {
	return goimporter.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		file, ok := exports(t)[path]
		if !ok {
			return nil, fmt.Errorf("no package %s", path)
		}
		return os.Open(file)
	})
}

var exported struct {
	once  sync.Once
	files map[string]string
}

func exports(t *testing.T) map[string]string {
	exported.once.Do(func() {
		exported.files = map[string]string{}
		out, err := exec.Command("go", "list", "-export", "-f", "{{.ImportPath}} {{.Export}}", "std").Output()
		if err != nil {
			t.Errorf("go list -export std: %v", err)
		}
		for line := range strings.Lines(string(out)) {
			path, file, _ := strings.Cut(strings.TrimSpace(line), " ")
			exported.files[path] = file
		}
	})
	return exported.files
}

// runCompiled compiles the cells as one program, to see that the program is well, and that
// nothing is lost by cutting it.
func runCompiled(t *testing.T, cells []string, dir string) (printed, error) {
	source := strings.Join(cells, "\n\n")
	if !strings.Contains("\n"+source, "\npackage main") {
		source = "package main\n\n" + source
	}
	return runFile(t, "main.go", source, dir)
}

// runFile compiles a program that is one file, and runs it.
func runFile(t *testing.T, name, source, dir string) (printed, error) {
	folder, err := os.MkdirTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(folder)
	main, program := filepath.Join(folder, name), filepath.Join(folder, "main.exe")
	if err := os.WriteFile(main, []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-o", program, main).CombinedOutput(); err != nil {
		return printed{all: string(out), stdout: string(out)}, fmt.Errorf("go build: %w", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), *limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, program)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err = errLimit
	}
	return printed{all: string(out), stdout: string(out)}, err
}
