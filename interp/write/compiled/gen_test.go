package compiled_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/parago/parago/interp/cell"
	"github.com/parago/parago/interp/check"
	"github.com/parago/parago/interp/write/compiled"
	"github.com/parago/parago/procpool"
)

var update = flag.Bool("update", false, "rewrite the expected texts in testdata")

// TestText runs testdata/*.txt. "== title" starts a session, "--" ends a cell, and what
// stands behind ">>" is the packages that the cells become, without imports and the table for
// the process, and with short names in place of digests.
func TestText(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		head, rest, _ := strings.Cut(string(text), "== ")
		var seen strings.Builder
		seen.WriteString(head)
		for _, c := range strings.Split(rest, "\n== ") {
			source, want, _ := strings.Cut(c, "\n>>\n")
			title, source, _ := strings.Cut(source, "\n")
			t.Run(title, func(t *testing.T) {
				got := session(t, strings.Split(source, "\n--\n"))
				fmt.Fprintf(&seen, "== %s\n%s\n>>\n%s\n", title, source, got)
				if want := strings.TrimRight(want, "\n") + "\n"; got != want && !*update {
					t.Errorf("got:\n%s\nwant:\n%s", got, want)
				}
			})
		}
		if *update {
			if err := os.WriteFile(file, []byte(strings.TrimRight(seen.String(), "\n")+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// session generates cells and returns the texts of their packages.
func session(t *testing.T, cells []string) string {
	t.Helper()
	s := check.NewScope(check.Options{Sources: map[string]fs.FS{"github.com/parago/parago/procpool": procpool.Source}})
	g := compiled.New(nil)
	names := map[string]string{}
	var out strings.Builder
	for i, src := range cells {
		c, err := cell.Parse(i+1, src)
		if err != nil {
			t.Fatal(err)
		}
		u, err := s.Check(c)
		if err != nil {
			t.Fatal(err)
		}
		p, err := g.Generate(u, src, i+1)
		if err != nil {
			return out.String() + err.Error() + "\n"
		}
		s.Commit(u)
		g.Commit(p)
		for file, n := range p.Files {
			names[file] = fmt.Sprintf("In%d", n)
		}
		for _, note := range p.Notes {
			fmt.Fprintf(&out, "note %s\n", note)
		}
		if p.Path == "" {
			continue
		}
		names[strings.TrimPrefix(p.Path, compiled.PathPrefix)] = fmt.Sprintf("P%d", i+1)
		fmt.Fprintf(&out, "P%d\n%s", i+1, plain(string(p.Text)))
	}
	text := out.String()
	for digest, name := range names {
		text = strings.ReplaceAll(text, digest, name)
	}
	return text
}

var (
	blank  = regexp.MustCompile(`\n\n+`)
	digest = regexp.MustCompile(`Ⲡstruct۰[0-9a-f]+`)
)

// plain leaves out what is the same in all packages.
func plain(text string) string {
	_, text, _ = strings.Cut(text, "type Ⲡ۰home struct{}\n")
	text, _, _ = strings.Cut(text, "\n//line parago.go:1\nfunc init() {")
	text = digest.ReplaceAllString(text, "Ⲡstruct۰N")
	return strings.Trim(blank.ReplaceAllString(text, "\n"), "\n") + "\n"
}
