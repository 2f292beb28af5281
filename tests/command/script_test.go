package command

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/parago/parago/tests/e2e"
)

// TestScripts runs testdata/*.txt. A script is command lines, then the files that
// stand in its folder, each under a line "-- name --". A line that begins with "!" must
// fail, "#" starts a comment, '…' keeps spaces, $NAME is a variable. The commands:
//
//	parago ARGS…           runs the built program
//	python ARGS…           runs the Python that has Jupyter
//	stdout REGEXP          the last program's standard output has it
//	stderr REGEXP          its standard error has it
//	grep REGEXP FILE       a file has it
//	exists FILE…           all of these exist
//	env NAME=VALUE…        sets variables for what follows
//	rm FILE…               removes files and folders
//
// $WORK is the script's folder, $PREFIX a place to install to, which Jupyter looks at,
// and $PARAGO the built program.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			runScript(t, file)
		})
	}
}

// A script is one that runs.
type script struct {
	in             *e2e.Installation
	dir            string
	env            map[string]string
	stdout, stderr string
}

var scriptCommands = map[string]func(*script, []string) error{
	"parago": func(s *script, args []string) error { return s.program(s.in.Binary, args) },
	"python": func(s *script, args []string) error { return s.program(s.in.Python, args) },
	"stdout": func(s *script, args []string) error { return search(args[0], s.stdout) },
	"stderr": func(s *script, args []string) error { return search(args[0], s.stderr) },
	"grep":   (*script).grep,
	"exists": (*script).exists,
	"env":    (*script).setenv,
	"rm":     (*script).remove,
}

func runScript(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := newScript(t, archive)
	for n, line := range strings.Split(string(archive.Comment), "\n") {
		words := s.split(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		fails := words[0] == "!"
		if fails {
			words = words[1:]
		}
		command, ok := scriptCommands[words[0]]
		if !ok {
			t.Fatalf("%s:%d: no command %q", file, n+1, words[0])
		}
		err := command(s, words[1:])
		switch {
		case err != nil && !fails:
			t.Fatalf("%s:%d: %s\n%v\nstdout:\n%s\nstderr:\n%s", file, n+1, line, err, s.stdout, s.stderr)
		case err == nil && fails:
			t.Fatalf("%s:%d: %s\nsucceeded, and should fail\nstdout:\n%s", file, n+1, line, s.stdout)
		}
	}
}

func newScript(t *testing.T, archive *txtar.Archive) *script {
	in := e2e.Build(t)
	in.WithPython(t)
	s := &script{in: in, dir: t.TempDir(), env: map[string]string{}}
	for _, v := range in.Env {
		name, value, _ := strings.Cut(v, "=")
		s.env[name] = value
	}
	maps.Copy(s.env, map[string]string{"WORK": s.dir, "PREFIX": in.Prefix, "PARAGO": in.Binary})
	for _, f := range archive.Files {
		path := s.path(f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// split cuts a line into words. Variables are replaced outside quotes, before the cut.
func (s *script) split(line string) (words []string) {
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			words = append(words, part)
			continue
		}
		words = append(words, strings.Fields(os.Expand(part, func(name string) string { return s.env[name] }))...)
	}
	return words
}

func (s *script) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(s.dir, name)
}

func (s *script) program(name string, args []string) error {
	var stdout, stderr strings.Builder
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, &stdout, &stderr
	for _, name := range slices.Sorted(maps.Keys(s.env)) {
		cmd.Env = append(cmd.Env, name+"="+s.env[name])
	}
	err := cmd.Run()
	s.stdout, s.stderr = stdout.String(), stderr.String()
	return err
}

func search(pattern, text string) error {
	found, err := regexp.MatchString("(?m)"+pattern, text)
	if err == nil && !found {
		err = fmt.Errorf("nothing matches %q", pattern)
	}
	return err
}

func (s *script) grep(args []string) error {
	data, err := os.ReadFile(s.path(args[1]))
	if err != nil {
		return err
	}
	return search(args[0], string(data))
}

func (s *script) exists(args []string) error {
	for _, name := range args {
		if _, err := os.Stat(s.path(name)); err != nil {
			return err
		}
	}
	return nil
}

func (s *script) setenv(args []string) error {
	for _, v := range args {
		name, value, _ := strings.Cut(v, "=")
		s.env[name] = value
	}
	return nil
}

func (s *script) remove(args []string) error {
	for _, name := range args {
		if err := os.RemoveAll(s.path(name)); err != nil {
			return err
		}
	}
	return nil
}
