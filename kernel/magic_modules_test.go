package kernel_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parago/parago/interp"
	"github.com/parago/parago/kernel"
	"github.com/parago/parago/kernel/kerneltest"
)

// modular is an Evaluator that says what is asked of its modules.
type modular struct{ *fake }

func (m modular) say(origin string, words ...string) error {
	m.out.Write(origin, interp.Stdout, []byte(strings.Join(words, " ")+"\n"))
	return nil
}

func (m modular) GetModules(_ context.Context, origin string, queries ...string) error {
	if queries[0] == "bad" {
		return &interp.Error{Name: "ModuleError", Value: "there is no bad", Err: errors.New("bad")}
	}
	return m.say(origin, append([]string{"get"}, queries...)...)
}

func (m modular) ReplaceModule(_ context.Context, origin, module, by string) error {
	return m.say(origin, "replace", module, by)
}

func (m modular) DropModule(_ context.Context, origin, module string) error {
	return m.say(origin, "drop", module)
}

func (m modular) ModuleFile(context.Context, string) (string, error) { return "module notebook\n", nil }

func (m modular) WorkOnModules(_ context.Context, origin string, run func(string) error) error {
	dir, err := os.MkdirTemp("", "work-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := run(dir); err != nil {
		return &interp.Error{Name: "ModuleError", Value: err.Error()}
	}
	return m.say(origin, "worked in", filepath.Base(dir)[:5])
}

func (m modular) ReplaceByWork(_ context.Context, origin string) error { return m.say(origin, "fixed") }

func (m modular) Setenv(_ context.Context, name, value string) error {
	return m.say("", "setenv", name, value)
}

func TestModuleMagics(t *testing.T) {
	t.Parallel()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	home, err := os.UserHomeDir()
	if err != nil {
		t.Skip(err)
	}
	s := kerneltest.Start(t, func(out interp.Sink) (kernel.Evaluator, error) {
		e, err := newFake(out)
		return modular{e.(*fake)}, err
	}, kernel.Options{})
	for _, c := range []struct{ code, want string }{
		{"%get example.com/a@v1.2.3  example.com/b", "get example.com/a@v1.2.3 example.com/b"},
		{"%get", "want %get PATH"},
		{"%get bad", "ModuleError: there is no bad"},
		{"%mod", "module notebook"},
		{"%mod replace example.com/a => ../a", "replace example.com/a " + filepath.Join(dir, "..", "a")},
		{"%mod replace example.com/a = './a b'", "replace example.com/a " + filepath.Join(dir, "a b")},
		{"%mod replace example.com/a v1.0.0 => ~/a", "replace example.com/a@v1.0.0 " + filepath.Join(home, "a")},
		{"%mod replace example.com/a => /a/b", "replace example.com/a /a/b"},
		{"%mod replace example.com/a => example.com/b v1.0.0", "replace example.com/a example.com/b@v1.0.0"},
		{"%mod replace example.com/a", "want %mod replace"},
		{"%mod drop example.com/a example.com/b", "drop example.com/a\ndrop example.com/b"},
		{"%mod drop", "want %mod, "},
		{"%mod tidy", "want %mod, "},
		{"!*basename $PWD", "worked in work-"},
		{"%goworkfix", "fixed"},
		{"!*echo $GONB_TMP_DIR in $GONB_DIR", "/work-"},
		{"!*exit 3", "CalledProcessError: command \"exit 3\""},
		{"!*", "!* wants a command"},
	} {
		x := s.Execute(c.code)
		got := x.Stdout()
		if x.Reply.ErrorContent != nil {
			got += x.Reply.EName + ": " + x.Reply.EValue
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.code, got, c.want)
		}
	}
}

func TestSessionWithoutModules(t *testing.T) {
	t.Parallel()
	s := kerneltest.Start(t, newFake, kernel.Options{})
	if x := s.Execute("%get example.com/a"); !strings.Contains(x.Reply.EValue, "cannot import modules") {
		t.Errorf("got %+v", x.Reply)
	}
}
