package runner

import (
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/parago/parago/interp/runner/symbols"
	"github.com/parago/parago/interp/runner/symbols/late"
	"github.com/traefik/yaegi/interp"
)

// TestTablesAreTheLibrary looks for functions and types that the interpreter has in the
// place of the library's: interpreted cells share the library's state, such as that of
// package log, with compiled ones.
func TestTablesAreTheLibrary(t *testing.T) {
	t.Parallel()
	i := newInterpreter(late.Library(), func() []interp.Exports { return nil })
	if err := i.wake(); err != nil {
		t.Fatal(err)
	}
	alias := []string{ // declared elsewhere in the library
		"debug/buildinfo.BuildInfo", "html/template.FuncMap", "os.DirEntry", "os.FileInfo", "os.FileMode", "os.PathError",
		"flag.Usage", // a variable
	}
	for p := range symbols.All().With(symbols.Library{Packages: late.Library().Packages}).Paths {
		if strings.Contains(p, ".") { // not the standard library
			continue
		}
		if err := take(i.yaegi, i.library, p); err != nil {
			t.Fatal(err)
		}
		for where, symbols := range map[string]map[string]reflect.Value{"cells": i.yaegi.Symbols(p)[p], "glue": symbols.All().Symbols(p)} {
			for name, v := range symbols {
				if is := originOf(v); is != "" && is != p+"."+name && name[0] != '_' && !slices.Contains(alias, p+"."+name) {
					t.Errorf("%s.%s is %s in %s", p, name, is, where)
				}
			}
		}
	}
}

// originOf is the name of a function or a type, "" of anything else.
func originOf(v reflect.Value) string {
	switch {
	case v.Kind() == reflect.Func:
		return runtime.FuncForPC(v.Pointer()).Name()
	case v.Kind() == reflect.Pointer && v.IsNil() && !v.CanAddr():
		return v.Type().Elem().PkgPath() + "." + v.Type().Elem().Name()
	}
	return ""
}
