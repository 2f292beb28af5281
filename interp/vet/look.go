package vet

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"go/version"
	"os"
	"reflect"
	"regexp"
	"runtime"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/parago/parago/interp/check"
)

// A Finding is what an analyzer says.
type Finding struct {
	Pos      token.Position // Filename In[3]
	Message  string
	Analyzer string
}

// String is the finding on one line.
func (f Finding) String() string { return fmt.Sprintf("%s: %s (%s)", f.Pos, f.Message, f.Analyzer) }

// Look returns what there is to say about a program, in the order of its text.
func Look(p *check.Program) []Finding {
	info := *p.Info
	info.FileVersions = map[*ast.File]string{}
	for _, f := range p.Files {
		info.FileVersions[f] = version.Lang(runtime.Version())
	}
	l := &look{program: p, info: &info, results: map[*analysis.Analyzer]any{}, facts: map[fact]analysis.Fact{}}
	for _, a := range analyzers() {
		l.run(a)
	}
	slices.SortFunc(l.found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(len(a.Pos.Filename), len(b.Pos.Filename)), cmp.Compare(a.Pos.Filename, b.Pos.Filename), cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Column, b.Pos.Column), cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(l.found)
}

// A look runs analyzers over one program.
type look struct {
	program *check.Program
	info    *types.Info // the program's, and of which Go its files are
	results map[*analysis.Analyzer]any
	facts   map[fact]analysis.Fact
	found   []Finding
	pair    bool // the last finding, left out, had a second part
}

// A fact is what a kind of fact is known about.
type fact struct {
	about types.Object // nil: the package
	kind  reflect.Type
}

// run runs an analyzer after those that it needs. One that fails says nothing.
func (l *look) run(a *analysis.Analyzer) (ok bool) {
	if _, done := l.results[a]; done {
		return true
	}
	needs := map[*analysis.Analyzer]any{}
	for _, need := range a.Requires {
		if !l.run(need) {
			return false
		}
		needs[need] = l.results[need]
	}
	defer func() { // one that stumbles over what cells are made of is not worth the others
		if recover() != nil {
			ok = false
		}
	}()
	result, err := a.Run(l.pass(a, needs))
	if err != nil {
		return false
	}
	l.results[a] = result
	return true
}

func (l *look) pass(a *analysis.Analyzer, needs map[*analysis.Analyzer]any) *analysis.Pass {
	p := l.program
	return &analysis.Pass{
		Analyzer: a, Fset: p.Fset, Files: p.Files, Pkg: p.Pkg, TypesInfo: l.info,
		TypesSizes: types.SizesFor("gc", runtime.GOARCH), ResultOf: needs,
		Report: func(d analysis.Diagnostic) { l.report(a, d) },
		ReadFile: func(name string) ([]byte, error) {
			return nil, &os.PathError{Op: "read", Path: name, Err: os.ErrNotExist}
		},
		ImportObjectFact: func(o types.Object, f analysis.Fact) bool { return l.know(fact{o, reflect.TypeOf(f)}, f) },
		ExportObjectFact: func(o types.Object, f analysis.Fact) { l.facts[fact{o, reflect.TypeOf(f)}] = f },
		ImportPackageFact: func(pkg *types.Package, f analysis.Fact) bool {
			return pkg == p.Pkg && l.know(fact{nil, reflect.TypeOf(f)}, f)
		},
		ExportPackageFact: func(f analysis.Fact) { l.facts[fact{nil, reflect.TypeOf(f)}] = f },
		AllObjectFacts:    l.objectFacts,
		AllPackageFacts:   func() []analysis.PackageFact { return nil },
	}
}

// know copies what is known into f. Nothing is known of the packages that cells import: the
// analyzers know the functions of the standard library that matter by name.
func (l *look) know(about fact, f analysis.Fact) bool {
	known, ok := l.facts[about]
	if ok {
		reflect.ValueOf(f).Elem().Set(reflect.ValueOf(known).Elem())
	}
	return ok
}

func (l *look) objectFacts() (all []analysis.ObjectFact) {
	for about, f := range l.facts {
		if about.about != nil {
			all = append(all, analysis.ObjectFact{Object: about.about, Fact: f})
		}
	}
	return all
}

// ours is what names in messages have more than the user's: the package, and the version.
var ours = regexp.MustCompile(`\bmain\.|۰\d+`)

// report takes what an analyzer says. A cancel function at the top level may be called by a
// later cell; of it the analyzer says first where it is, then where it is lost.
func (l *look) report(a *analysis.Analyzer, d analysis.Diagnostic) {
	second := l.pair
	l.pair = a.Name == "lostcancel" && !second && l.program.AtTop(d.Pos)
	if second || l.pair || !l.program.Has(d.Pos) {
		return
	}
	l.found = append(l.found, Finding{l.program.Fset.Position(d.Pos), ours.ReplaceAllString(d.Message, ""), a.Name})
}
