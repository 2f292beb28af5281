package interp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/types"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/parago/parago/interp/cell"
	"github.com/parago/parago/interp/check"
	"github.com/parago/parago/interp/runner/wire"
)

// A Function is one that the session declares.
type Function struct {
	Name string
	Type string // "func(t *testing.T)"
	Cell int    // that declared it
}

// Functions lists the session's functions by name.
func (s *Session) Functions() []Function {
	var all []Function
	for _, f := range s.names().Functions() {
		all = append(all, Function{f.Name, f.Type, f.Cell})
	}
	return all
}

// Test runs the session's tests, examples and, if the flags ask for them, benchmarks as
// `go test` does: those that a cell declares, or all if its source is empty. Flags are
// those of go test, with values: {"run", "^TestX$"}. If one fails, the error is an *Error
// with the name TestFailure.
func (s *Session) Test(ctx context.Context, c Cell, flags ...[2]string) error {
	suite, err := s.suite(c.Source, flags)
	if err != nil {
		return err
	}
	for _, note := range suite.notes {
		s.options.Sink.Write(c.Origin, Stderr, []byte(note+"\n"))
	}
	c.Source = suite.source()
	ask := func(r *wire.Run) { r.Tests = &wire.Tests{Flags: flags} }
	if _, err := s.perform(ctx, c, ask, s.keepCode); err != nil {
		return s.describe(err)
	}
	return nil
}

// suite is what there is to test, in a cell or in all of the session.
func (s *Session) suite(source string, flags [][2]string) (*suite, error) {
	declares, err := declared(source)
	if err != nil {
		return nil, err
	}
	t := &suite{wants: regexp.MustCompile("")}
	for _, f := range flags {
		if f[0] != "run" {
			continue
		}
		if t.wants, err = regexp.Compile(f[1]); err != nil {
			return nil, fmt.Errorf("-run %s: %w", f[1], err)
		}
	}
	functions := s.names().Functions()
	slices.SortStableFunc(functions, func(a, b check.Function) int {
		return cmp.Or(a.Cell-b.Cell, a.Pos.Line-b.Pos.Line, a.Pos.Column-b.Pos.Column)
	})
	for _, f := range functions {
		if source == "" || declares[f.Name] {
			t.add(f)
		}
	}
	if len(t.tests)+len(t.benchmarks)+len(t.examples) == 0 {
		return nil, errors.New(strings.Join(append(t.notes, "there are no tests: func TestXxx(t *testing.T), func BenchmarkXxx(b *testing.B), func ExampleXxx() that ends in a comment // Output:"), "\n"))
	}
	return t, nil
}

// declared is the names of a cell's functions.
func declared(source string) (map[string]bool, error) {
	c, err := cell.Parse(0, source)
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, d := range c.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil {
			names[fn.Name.Name] = true
		}
	}
	return names, nil
}

// A suite is functions that package testing runs.
type suite struct {
	tests, benchmarks, examples []string // composite literals of package testing's types

	wants *regexp.Regexp // what -run says
	notes []string       // of functions that it wants and that are not run
}

// note says why a function is not run.
func (t *suite) note(f check.Function, why string, args ...any) {
	if t.wants.MatchString(f.Name) {
		t.notes = append(t.notes, fmt.Sprintf("In[%d]:%d: %s is not run: %s", f.Cell, f.Pos.Line, f.Name, fmt.Sprintf(why, args...)))
	}
}

func (t *suite) add(f check.Function) {
	run := func(list *[]string, takes string) {
		if !isFunc(f.Sig, takes) {
			t.note(f, "it is a %s and not a func(%s)", f.Type, takes)
			return
		}
		*list = append(*list, fmt.Sprintf("{Name: %q, F: %s}", f.Name, f.Name))
	}
	switch {
	case f.Name == "TestMain":
		t.note(f, "a session has no process for it alone")
	case isTest(f.Name, "Test"):
		run(&t.tests, "*testing.T")
	case isTest(f.Name, "Benchmark"):
		run(&t.benchmarks, "*testing.B")
	case isTest(f.Name, "Fuzz"):
		t.note(f, "go test fuzzes in processes of its own, which a session has not")
	case isTest(f.Name, "Example"):
		if want, unordered, ok := wantedOutput(f.Text); ok && isFunc(f.Sig, "") {
			t.examples = append(t.examples, fmt.Sprintf("{Name: %q, F: %s, Output: %q, Unordered: %v}", f.Name, f.Name, want, unordered))
		}
	}
}

// isTest reports whether a name begins with a word that go test looks for.
func isTest(name, prefix string) bool {
	rest, ok := strings.CutPrefix(name, prefix)
	r, _ := utf8.DecodeRuneInString(rest)
	return ok && (rest == "" || !unicode.IsLower(r))
}

// isFunc reports whether a function takes one value of a type, or none for "", and returns
// nothing.
func isFunc(sig *types.Signature, takes string) bool {
	switch {
	case sig.TypeParams().Len() > 0 || sig.Results().Len() > 0 || sig.Variadic():
		return false
	case takes == "":
		return sig.Params().Len() == 0
	}
	return sig.Params().Len() == 1 && types.TypeString(sig.Params().At(0).Type(), nil) == takes
}

// source is a cell whose last expression is the functions.
func (t *suite) source() string {
	list := func(kind string, items []string) string {
		return "[]testing۰." + kind + "{" + strings.Join(items, ", ") + "}"
	}
	return "import testing۰ \"testing\"\n" +
		"func() ([]testing۰.InternalTest, []testing۰.InternalBenchmark, []testing۰.InternalExample) { return " +
		list("InternalTest", t.tests) + ", " + list("InternalBenchmark", t.benchmarks) + ", " + list("InternalExample", t.examples) + " }()"
}
