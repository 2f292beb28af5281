package native

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
)

// runtimeName is a file in a host's folder: the runtime as plugins need it that bring along all
// that they use. The linker wants to see one, though the program's is the one that runs.
const runtimeName = "runtime.a"

// pluginRuntime has the go command compile that runtime. It takes longer than any other package:
// some seconds.
func (t *Toolchain) pluginRuntime(ctx context.Context, dir string) (archive string, err error) {
	return t.exportOne(ctx, dir, "runtime", runtimeFlags())
}

// exportOne has the go command compile a package, unless it is in its cache.
func (t *Toolchain) exportOne(ctx context.Context, dir, path string, flags []string) (archive string, err error) {
	args := append([]string{"list", "-export", "-f", "{{.Export}}"}, flags...)
	cmd := t.command(ctx, dir, t.Go, append(args, path)...)
	stopGroup(cmd)
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("compile package %s: %w%s", path, err, said(err))
	}
	if archive = strings.TrimSpace(string(out)); archive == "" {
		return "", errors.New("the go command has compiled nothing of package " + path)
	}
	return archive, nil
}

// inFull are tools that link plugins which bring along all that they use.
func (t tools) inFull(runtime string) tools {
	t.packages = maps.Clone(t.packages)
	p := t.packages["runtime"]
	p.Archive = runtime
	t.packages["runtime"] = p
	return t
}

// runtime is the runtime for plugins that are linked in full. A host of thin ones has none
// before the first such plugin, or before Complete has ended.
func (h *Host) runtime(ctx context.Context) (archive string, err error) {
	archive = filepath.Join(h.Dir, runtimeName)
	if _, err := os.Stat(archive); err == nil {
		return archive, nil
	}
	l, err := lockAlone(ctx, filepath.Join(h.Dir, runtimeName+".lock"), func() {})
	if err != nil {
		return "", err
	}
	defer l.release()
	if _, err := os.Stat(archive); err == nil {
		return archive, nil
	}
	compiled, err := h.toolchain.pluginRuntime(ctx, h.Dir)
	if err != nil {
		return "", err
	}
	if err := keepFile(compiled, archive+".new"); err != nil {
		return "", err
	}
	return archive, os.Rename(archive+".new", archive)
}
