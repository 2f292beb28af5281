package module

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Get adds modules, or changes their versions. A query is PATH or PATH@VERSION, as `go get`
// takes it: the path of a module, or of a package in it. The packages that are returned are
// not what they were before.
func (f *Folder) Get(ctx context.Context, queries []string, tell func(line string)) (changed []string, err error) {
	for _, q := range queries {
		path, version, _ := strings.Cut(q, "@")
		if err := misplaced(path); err != nil {
			return nil, err
		}
		if strings.ContainsAny(version, "@ ") || strings.HasSuffix(q, "@") {
			return nil, fmt.Errorf("want PATH or PATH@VERSION, not %s", q)
		}
	}
	return f.edit(ctx, tell, func(s *step) (edited, error) {
		defer slowly(tell, "the go command is at work on "+strings.Join(queries, ", ")+" …")()
		note, err := s.get(ctx, queries)
		if err != nil {
			return edited{}, err
		}
		asked, err := s.asked(ctx, queries)
		return edited{modules: asked, note: note}, err
	})
}

// edited is what has been done to a go.mod.
type edited struct {
	line    string                  // what to tell of it; "": what is new about the modules
	modules map[string]listedModule // that it is about
	note    string                  // where they are from
}

// edit changes go.mod.
func (f *Folder) edit(ctx context.Context, tell func(string), change func(*step) (edited, error)) (changed []string, err error) {
	f.busy.Lock()
	defer f.busy.Unlock()
	s, err := f.next(ctx)
	if err != nil {
		return nil, err
	}
	defer s.discard()
	done, err := change(s)
	if err != nil {
		return nil, err
	}
	after, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	l := &listing{packages: map[string]pack{}}
	if roots := f.unusedRoots(); len(roots) > 0 {
		if l, _, err = s.listAnyhow(ctx, compile, roots); err != nil {
			return nil, err
		}
	}
	if err := f.conflict(ctx, s, l); err != nil {
		return nil, err
	}
	switch line := news(s.before, after, done.modules); {
	case done.line != "":
		tell(done.line)
	case line != "":
		tell(line + done.note)
	default:
		tell("nothing to change: " + modulesText(done.modules))
	}
	changed = f.take(ctx, s, l, nil)
	f.name(ctx, s, done.modules)
	return changed, ctx.Err()
}

func modulesText(modules map[string]listedModule) string {
	var all []string
	for _, m := range modules {
		all = append(all, m.String())
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// get runs `go get`.
func (s *step) get(ctx context.Context, queries []string) (note string, err error) {
	args := append([]string{"get", "--"}, queries...)
	_, err = s.goCommand(ctx, nil, args...)
	if err == nil || ctx.Err() != nil {
		return "", err
	}
	if unreachable.MatchString(err.Error()) {
		env, envErr := s.offline(ctx)
		if envErr != nil {
			return "", envErr
		}
		if _, again := s.goCommand(ctx, env, args...); again == nil {
			return fromCache, nil
		}
	}
	return "", s.explainGet(ctx, err)
}

// noVersion is what the go command says if there is no such version.
var noVersion = regexp.MustCompile(`(\S+)@(\S+?): (?:invalid version: |reading \S+/@v/\S+\.info: (?:4|no such file)|unknown revision|no matching versions)`)

// explainGet puts a failure of `go get` into words. If it is about a version, it says which
// ones there are.
func (s *step) explainGet(ctx context.Context, err error) error {
	said := tidied(err.Error())
	m := noVersion.FindStringSubmatch(said)
	if m == nil || m[2] == "latest" || m[2] == "upgrade" || unreachable.MatchString(said) {
		what, _, _ := strings.Cut(said, ":")
		if path, _, ok := strings.Cut(what, "@"); ok {
			what = path
		}
		return s.explain(strings.TrimPrefix(what, "module "), said)
	}
	out, listErr := s.goCommand(ctx, nil, "list", "-m", "-versions", "--", m[1])
	words := strings.Fields(string(out))
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case listErr != nil:
		return s.explain(m[1], said)
	case len(words) < 2:
		return &problem{words: fmt.Sprintf("%s has no version %s, nor any other that is tagged; %%get %[1]s takes the newest state", m[1], m[2]), said: said}
	}
	versions := words[1:]
	if len(versions) > 5 {
		versions = append([]string{"…"}, versions[len(versions)-5:]...)
	}
	return &problem{words: fmt.Sprintf("%s has no version %s; there are %s", m[1], m[2], strings.Join(versions, " ")), said: said}
}

// asked are the modules that queries were about, as far as go.mod has them.
func (s *step) asked(ctx context.Context, queries []string) (map[string]listedModule, error) {
	after, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	asked := map[string]listedModule{}
	for _, q := range queries {
		path, _, _ := strings.Cut(q, "@")
		if module, ok := after.has(path); ok {
			asked[module] = after.listed(module)
		}
	}
	return asked, nil
}

// listed is a module as go.mod has it.
func (m *goModFile) listed(path string) listedModule {
	l := listedModule{Path: path}
	l.Version, _ = m.version(path)
	if by, ok := m.replaced(path); ok {
		l.Replace = &listedModule{Path: by.Path, Version: by.Version}
	}
	return l
}

// Replace has a module come from elsewhere: from a folder, whose name is absolute, or from
// another module, by PATH@VERSION. Of the module itself, a version may be given too.
func (f *Folder) Replace(ctx context.Context, module, by string, tell func(line string)) (changed []string, err error) {
	path, _, _ := strings.Cut(module, "@")
	if err := misplaced(path); err != nil {
		return nil, err
	}
	return f.edit(ctx, tell, func(s *step) (edited, error) {
		if filepath.IsAbs(by) {
			if err := f.isModule(ctx, path, by); err != nil {
				return edited{}, err
			}
		} else if !strings.Contains(by, "@") {
			return edited{}, fmt.Errorf("want PATH@VERSION or a folder in place of %s, not %s", path, by)
		}
		if err := s.edit(ctx, "-replace="+module+"="+by); err != nil {
			return edited{}, s.explain(path, err.Error())
		}
		return edited{line: module + " => " + by}, nil
	})
}

// isModule checks that a folder is that of a module.
func (f *Folder) isModule(ctx context.Context, path, dir string) error {
	file := filepath.Join(dir, goMod)
	if _, err := os.Stat(dir); err != nil {
		return err
	}
	if _, err := os.Stat(file); err != nil {
		return fmt.Errorf("%s has no go.mod: it is no module; `go mod init %s` there makes it one", dir, path)
	}
	m, err := f.readGoMod(ctx, file)
	if err != nil {
		return err
	}
	if m.Module.Path != path {
		return fmt.Errorf("the module in %s is %s, not %s", dir, m.Module.Path, path)
	}
	return nil
}

// Drop takes a module, or what replaces it, out of go.mod.
func (f *Folder) Drop(ctx context.Context, module string, tell func(line string)) (changed []string, err error) {
	return f.edit(ctx, tell, func(s *step) (edited, error) {
		var flags []string
		if _, ok := s.before.version(module); ok {
			flags = append(flags, "-droprequire="+module)
		}
		for _, r := range s.before.Replace {
			if r.Old.Path == module {
				flags = append(flags, "-dropreplace="+strings.TrimSuffix(module+"@"+r.Old.Version, "@"))
			}
		}
		if flags == nil {
			return edited{}, fmt.Errorf("this session's go.mod has no %s", module)
		}
		if p := f.usedOf(module); p != "" {
			return edited{}, fmt.Errorf("cells of this session use %s, which stays in their process: restart the kernel to begin without", p)
		}
		if err := s.edit(ctx, flags...); err != nil {
			return edited{}, errors.New(tidied(err.Error()))
		}
		f.forget(module)
		return edited{line: "dropped " + module}, nil
	})
}

// usedOf is a package of a module that cells have been compiled with, "" if there is none.
func (f *Folder) usedOf(module string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	for path := range f.used {
		if f.packages[path].module.Path == module {
			return path
		}
	}
	return ""
}

// forget lets go of a module's packages, which are not used.
func (f *Folder) forget(module string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for path, p := range f.packages {
		if p.module.Path == module {
			delete(f.roots, path)
		}
	}
	f.names = maps.Clone(f.names)
	maps.DeleteFunc(f.names, func(path, _ string) bool { return within(path, module) })
	delete(f.named, module)
}
