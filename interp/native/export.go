package native

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// export has the go command compile packages and all that they import, in one way: as plugins
// need it. What is in its cache already is not compiled again, and what it has compiled stays
// there, also if ctx ends. Other is what the go command is started by, as nice is; nil: nothing.
func (t *Toolchain) export(ctx context.Context, dir string, paths, other []string, progress func(done, of int)) (packages, error) {
	stale, err := t.stale(ctx, dir, paths)
	if err != nil {
		return nil, err
	}
	progress(0, stale)
	args := append(slices.Clone(other), t.Go, "list", "-x", "-export", "-deps", "-json=ImportPath,Export,Imports,ImportMap,Error")
	args = append(append(args, BuildFlags()...), paths...)
	cmd := t.command(ctx, dir, args[0], args[1:]...)
	cmd.Env = append(cmd.Env, "GOGC=400") // the compiler's: a tenth less time for some memory
	stopGroup(cmd)
	var out bytes.Buffer
	cmd.Stdout = &out
	steps, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	failures := follow(steps, func(compiled int) { progress(min(compiled, stale), stale) })
	if err := cmd.Wait(); err != nil {
		return nil, fmt.Errorf("compile the standard library: %w\n%s", err, failures)
	}
	return listed(&out)
}

// stale is how many packages have to be compiled.
func (t *Toolchain) stale(ctx context.Context, dir string, paths []string) (int, error) {
	args := append([]string{"list", "-deps", "-f", "{{.Stale}}"}, BuildFlags()...)
	out, err := t.command(ctx, dir, t.Go, append(args, paths...)...).Output()
	if err != nil {
		return 0, fmt.Errorf("list the standard library: %w%s", err, said(err))
	}
	return strings.Count(string(out), "true\n"), nil
}

// follow reads the commands that the go command says it runs, counts the packages, and
// returns the lines that are none.
func follow(r io.Reader, progress func(compiled int)) (rest string) {
	compiled := 0
	var other []string
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		switch {
		case strings.Contains(line, "/compile -o "):
			compiled++
			progress(compiled)
		case strings.HasPrefix(line, "# ") || strings.Contains(line, "error") || strings.Contains(line, ".go:"):
			other = append(other, line)
		}
	}
	io.Copy(io.Discard, r) // a line too long ends the scan, but must not stop the command
	return strings.Join(other[max(0, len(other)-40):], "\n")
}

// listed reads what `go list -json` has written.
func listed(r io.Reader) (packages, error) {
	found := packages{}
	for d := json.NewDecoder(r); ; {
		var p struct {
			ImportPath, Export string
			Imports            []string
			ImportMap          map[string]string
			Error              *struct{ Err string }
		}
		if err := d.Decode(&p); err == io.EOF {
			return found, nil
		} else if err != nil {
			return nil, fmt.Errorf("understand the list of packages: %w", err)
		}
		if p.Error != nil {
			return nil, fmt.Errorf("compile %s: %s", p.ImportPath, p.Error.Err)
		}
		if p.Export == "" {
			continue // unsafe
		}
		for i, path := range p.Imports {
			if to, ok := p.ImportMap[path]; ok {
				p.Imports[i] = to
			}
		}
		found[p.ImportPath] = Package{Path: p.ImportPath, Archive: p.Export, Imports: p.Imports}
	}
}

// standard are the packages of the standard library, also those for its own use.
func (t *Toolchain) standard(ctx context.Context, dir string) ([]string, error) {
	std, err := t.command(ctx, dir, t.Go, "list", "std").Output()
	if err != nil {
		return nil, fmt.Errorf("list the standard library: %w%s", err, said(err))
	}
	return strings.Fields(string(std)), nil
}

// public are the packages that cells can import.
func public(std []string) []string {
	return slices.DeleteFunc(slices.Clone(std), func(p string) bool {
		return strings.HasPrefix(p, "vendor/") || strings.Contains("/"+p+"/", "/internal/")
	})
}

// importable reports whether cells can import a package of the standard library.
func importable(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".") && first != "parago" && path != "runtime/cgo" && len(public([]string{path})) > 0
}
