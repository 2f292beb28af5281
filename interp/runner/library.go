package runner

import (
	"fmt"
	"go/constant"
	"math/bits"
	"path"
	"reflect"
	"strings"

	"github.com/traefik/yaegi/interp"
)

// A library is tables of what an interpreter may import, the later with precedence. The
// interpreter gets a package when it imports it: there are almost two hundred, and a worker
// is to start in a few milliseconds.
type library []interp.Exports

// wrap hands over what the interpreter looks up in packages that are not imported: how to
// make an interface of a package out of an interpreted value.
func (l library) wrap(i *interp.Interpreter) error {
	for _, table := range l {
		wrappers := interp.Exports{}
		for key, symbols := range table {
			if key == "." {
				wrappers[key] = symbols
				continue
			}
			for name, v := range symbols {
				if name[0] != '_' {
					continue
				}
				k := plainKey(key)
				if wrappers[k] == nil {
					wrappers[k] = map[string]reflect.Value{}
				}
				wrappers[k][name] = v
			}
		}
		if err := i.Use(wrappers); err != nil {
			return fmt.Errorf("load symbols: %w", err)
		}
	}
	return nil
}

// take hands over a package.
func (l library) take(i *interp.Interpreter, importPath string) error {
	for _, table := range l {
		for key, symbols := range table {
			if key == "." || path.Dir(key) != importPath {
				continue
			}
			if err := i.Use(interp.Exports{plainKey(key): symbols}); err != nil {
				return fmt.Errorf("load symbols of %s: %w", importPath, err)
			}
		}
	}
	return nil
}

// plainKey keeps the interpreter from recognising the standard library: it would compile
// generic packages, which never reach it, and replace what prints, logs or exits.
func plainKey(key string) string { return strings.TrimSuffix(key, path.Base(key)) + "-" }

// words is what the tables of another architecture would have wrong.
func words() interp.Exports {
	return interp.Exports{"math/bits/-": {"UintSize": reflect.ValueOf(constant.MakeInt64(bits.UintSize))}}
}
