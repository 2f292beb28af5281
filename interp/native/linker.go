package native

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// A linker links plugins without the C compiler's help. The Go linker makes an object
// file and has the C compiler link it with the C library; before that, it asks it three
// times to compile a file, to see which flags it takes. That costs more than linking.
//
// So the C compiler is asked only once, by learn, what it would run. For each plugin the
// Go linker gets a program that agrees with everything, and the rest is done here.
type linker struct {
	Program string
	Before  []string // arguments before the object files
	After   []string // arguments after them
	Flags   []string // those of the Go linker's to the C compiler that they stand for
}

// learn links a plugin and looks at what is run for it.
func (t tools) learn(ctx context.Context, dir string, p Package) (*linker, error) {
	if runtime.GOOS != "linux" {
		return nil, errors.ErrUnsupported // elsewhere, the Go linker works on the result
	}
	objects, err := os.MkdirTemp(dir, "objects-*")
	if err != nil {
		return nil, err
	}
	file := filepath.Join(objects, "out.so")
	out, err := t.linkOutput(ctx, dir, file, p, append(pluginFlags(p), "-v", "-tmpdir="+objects, "-extld="+strings.Join(t.toolchain.CC, " "))...)
	if err != nil {
		return nil, err
	}
	command, err := hostLink(string(out))
	if err != nil {
		return nil, err
	}
	all, err := exec.CommandContext(ctx, command[0], append([]string{"-###"}, command[1:]...)...).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("ask %s what it runs: %w", command[0], err)
	}
	lines := strings.Split(strings.TrimSpace(string(all)), "\n")
	for _, line := range slices.Backward(lines) {
		if args, err := words(line); err == nil && slices.Contains(args, filepath.Join(objects, "go.o")) {
			return t.template(ctx, objects, command, args)
		}
	}
	return nil, fmt.Errorf("%s does not say what it runs:\n%s", command[0], all)
}

// ld is the linker that the C compiler runs.
func (t *Toolchain) ld(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, t.CC[0], append(slices.Clone(t.CC[1:]), "-print-prog-name=ld")...).Output()
	if err != nil {
		return "", err
	}
	return exec.LookPath(strings.TrimSpace(string(out)))
}

// template makes a linker of a command that links the objects of a folder.
func (t tools) template(ctx context.Context, objects string, command, args []string) (*linker, error) {
	l := &linker{Program: args[0], Flags: flags(command[1:], objects)}
	if filepath.Base(l.Program) == "collect2" { // gcc's, which looks for C++ and runs ld
		var err error
		if l.Program, err = t.toolchain.ld(ctx); err != nil {
			return nil, err
		}
	}
	into := &l.Before
	for i := 1; i < len(args); i++ {
		switch arg := args[i]; {
		case arg == "-plugin": // of link-time optimisation, of which there is none
			i++
		case strings.HasPrefix(arg, "-plugin-opt="), strings.HasPrefix(arg, "--build-id"):
		case arg == "-o":
			i++
		case filepath.Dir(arg) == objects:
			into = &l.After
		default:
			*into = append(*into, arg)
		}
	}
	if into == &l.Before {
		return nil, errors.New("the C compiler's linker gets no object files")
	}
	return l, nil
}

// plugin links a plugin. If the C compiler would get flags that were not there when the
// linker was learnt, it gets them.
func (l *linker) plugin(ctx context.Context, t tools, dir, file string, p Package) error {
	yes, err := exec.LookPath("true")
	if err != nil {
		return t.plugin(ctx, dir, file, p)
	}
	objects, err := os.MkdirTemp(dir, "objects-*")
	if err != nil {
		return err
	}
	out, err := t.linkOutput(ctx, dir, file, p, append(pluginFlags(p), "-v", "-tmpdir="+objects, "-extld="+yes)...)
	if err != nil {
		return err
	}
	command, err := hostLink(string(out))
	if err != nil || !l.knows(flags(command[1:], objects)) {
		return t.plugin(ctx, dir, file, p)
	}
	if err := showAsMain(filepath.Join(objects, "go.o"), p.Path); err != nil {
		return err
	}
	args := append(slices.Clone(l.Before), "-o", file)
	for _, arg := range command[1:] {
		if filepath.Dir(arg) == objects {
			args = append(args, arg)
		}
	}
	out, err = exec.CommandContext(ctx, l.Program, append(args, l.After...)...).CombinedOutput()
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("link %s: %s: %w\n%s", p.Path, l.Program, err, out)
	}
	return err
}

func (l *linker) knows(flags []string) bool {
	return !slices.ContainsFunc(flags, func(flag string) bool { return !slices.Contains(l.Flags, flag) })
}

// flags are those arguments of the C compiler that are the same for all plugins with the
// same libraries. It is asked for whether it takes some of them, which need not hold when
// the answer is always yes.
func flags(args []string, objects string) []string {
	var flags []string
	for i := 0; i < len(args); i++ {
		switch arg := args[i]; {
		case arg == "-o":
			i++
		case filepath.Dir(arg) == objects, arg == "-Qunused-arguments", strings.HasPrefix(arg, "-Wl,--compress-debug-sections"), strings.HasPrefix(arg, "-Wl,--build-id"):
		default:
			flags = append(flags, arg)
		}
	}
	return flags
}

// hostLink finds the command in what the Go linker tells of its work.
func hostLink(output string) ([]string, error) {
	for line := range strings.Lines(output) {
		if rest, ok := strings.CutPrefix(line, "host link:"); ok {
			if args, err := words(rest); err == nil && len(args) > 1 {
				return args, nil
			}
		}
	}
	return nil, errors.New("the Go linker does not say how it links")
}

// words takes a line apart in which some words are quoted.
func words(line string) ([]string, error) {
	var words []string
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimSpace(line) {
		if line[0] != '"' {
			word, rest, _ := strings.Cut(line, " ")
			words, line = append(words, word), rest
			continue
		}
		quoted, err := strconv.QuotedPrefix(line)
		if err != nil {
			return nil, err
		}
		word, err := strconv.Unquote(quoted)
		if err != nil {
			return nil, err
		}
		words, line = append(words, word), line[len(quoted):]
	}
	return words, nil
}
