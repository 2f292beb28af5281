package native

import (
	"context"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/parago/parago/interp/native/yaegi"
)

// BuildFlags are flags of the go command's with which it compiles packages so that they
// can be linked with cells: as the host's were. The runtime it compiles as programs need it.
//
// Compiled as plugins need it, the runtime of a program does not know where the frames of
// functions of reflect.MakeFunc have pointers: the linker takes the address of a mask, which
// runtime.stkobjinit asks for by way of the table of addresses, for that of something else.
// The garbage collector then frees what is in use, or ends the process.
func BuildFlags() []string {
	const ofProgram = "runtime=-dynlink=false -shared " // after -dynlink, which -buildmode=plugin gives
	return append(runtimeFlags(), "-gcflags="+ofProgram+strings.Join(compilerFlags(), " "), "-asmflags="+ofProgram+strings.Join(assemblerFlags(), " "))
}

// runtimeFlags are BuildFlags for a runtime that becomes part of a plugin which is linked in full.
func runtimeFlags() []string {
	return []string{"-buildmode=plugin", "-trimpath", "-buildvcs=false", "-gcflags=all=" + strings.Join(compilerFlags(), " "), "-asmflags=all=" + strings.Join(assemblerFlags(), " ")}
}

// Module is the path of Parago's own module. A go.mod of that path and of Language has the
// packages that cells get from the host compiled as the host has them, if their sources are
// beside it.
const (
	Module   = module
	Language = "1.26"
)

// ModuleCommand is a run of the go command in a folder with a go.mod. It minds the settings
// that this user has for modules, which a host is built without, and those in env.
func (t *Toolchain) ModuleCommand(ctx context.Context, dir string, env []string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, t.Go, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	cmd.Env = append(cmd.Env, "GOFLAGS="+moduleFlags(t.flags(cmd.Env)), "GOWORK=off", "GO111MODULE=on", "PWD="+dir)
	cmd.Env = append(cmd.Env, t.buildEnviron()...)
	stopGroup(cmd)
	return cmd
}

// flags is what GOFLAGS is in an environment, or what `go env` says.
func (t *Toolchain) flags(env []string) string {
	for _, v := range slices.Backward(env) {
		if flags, ok := strings.CutPrefix(v, "GOFLAGS="); ok {
			return flags
		}
	}
	return t.env["GOFLAGS"]
}

// moduleFlags are those of a user's flags that say where modules come from and which of
// their files count. Others would make packages that do not fit the host's, or are about
// vendor folders, of which a session has none.
func moduleFlags(flags string) string {
	var kept []string
	for _, flag := range strings.Fields(flags) {
		name, _, _ := strings.Cut(strings.TrimLeft(strings.Trim(flag, `'"`), "-"), "=")
		if slices.Contains([]string{"modcacherw", "tags", "p"}, name) {
			kept = append(kept, flag)
		}
	}
	return strings.Join(kept, " ")
}

// needsCXX reports whether there is C++ in what a package is linked with: its compiler knows
// the library to add.
func (t tools) needsCXX(p Package) (bool, error) {
	all, err := t.packages.closure(p.Imports)
	return slices.ContainsFunc(all, func(p Package) bool { return p.CXX }), err
}

// Toolchain is what the host was built with.
func (h *Host) Toolchain() *Toolchain { return h.toolchain }

// Has reports whether a package is one of the host's, which cells are linked with
// whatever else there is of that path.
func (h *Host) Has(path string) bool {
	_, ok := h.packages[path]
	return ok
}

// Own reports whether a package is in the host's program and not for cells.
func (h *Host) Own(path string) bool {
	return !h.Has(path) && (strings.HasPrefix(path+"/", yaegi.Module+"/") || strings.HasPrefix(path+"/", module+"/"))
}

// Same reports whether an archive of a package is as good as the host's: it begins with
// a hash of all that went into it. Of a package that the host has not, any is.
func (h *Host) Same(p Package) bool {
	ours, ok := h.packages[p.Path]
	if !ok {
		return true
	}
	a, errA := head(ours.Archive)
	b, errB := head(p.Archive)
	return errA == nil && errB == nil && a == b
}

// head is the beginning of an archive: up to the end of the line with the build's ID.
func head(archive string) (string, error) {
	file, err := os.Open(archive)
	if err != nil {
		return "", err
	}
	defer file.Close()
	buffer := make([]byte, 1024)
	n, err := io.ReadFull(file, buffer)
	if err != nil && err != io.ErrUnexpectedEOF {
		return "", err
	}
	before, after, _ := strings.Cut(string(buffer[:n]), "\nbuild id ")
	id, _, _ := strings.Cut(after, "\n")
	_, version, _ := strings.Cut(before, "go object ")
	return version + id, nil
}
