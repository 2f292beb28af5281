package native

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write what is got into testdata")

func TestCompileErrors(t *testing.T) {
	b := NewBuilder(prepared(t), t.TempDir())
	defer b.Close()
	const file = "testdata/errors.txt"
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i := range archive.Files {
		name, isCell := strings.CutSuffix(archive.Files[i].Name, "/cell.go")
		if !isCell {
			continue
		}
		want := &archive.Files[i+1]
		t.Run(name, func(t *testing.T) {
			if want.Name != name+"/want" {
				t.Fatalf("%s follows, want %s/want", want.Name, name)
			}
			text := archive.Files[i].Data
			_, err := b.Build(context.Background(), Source{Path: "parago/cells/" + strconv.Itoa(i), Text: text, Imports: importsOf(text)})
			failed := (*CompileError)(nil)
			if !errors.As(err, &failed) {
				t.Fatalf("got %v, want a CompileError", err)
			}
			var got strings.Builder
			for _, e := range append([]*CompileError{failed}, failed.More...) {
				one := *e
				one.More = nil
				fmt.Fprintln(&got, &one)
			}
			if *update {
				want.Data = []byte(got.String() + "\n")
			} else if got.String() != strings.TrimSpace(string(want.Data))+"\n" {
				t.Errorf("got\n%swant\n%s", got.String(), want.Data)
			}
		})
	}
	if *update {
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// importsOf reads a package's imports, as far as it can be read.
func importsOf(text []byte) (paths []string) {
	f, _ := parser.ParseFile(token.NewFileSet(), "", text, parser.ImportsOnly)
	for _, spec := range f.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err == nil {
			paths = append(paths, path.Clean(p))
		}
	}
	return paths
}

func TestCompilerFailures(t *testing.T) {
	t.Parallel()
	failed := errors.New("exit status 2")
	for _, output := range []string{"", "x.go:1:2: internal compiler error: panic\n", "out of memory\n"} {
		err := compileError([]byte(output), failed)
		if as := (*CompileError)(nil); errors.As(err, &as) || !errors.Is(err, failed) {
			t.Errorf("%q: %#v is a complaint about the text", output, err)
		}
	}
}
