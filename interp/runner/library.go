package runner

import (
	"fmt"
	"strings"

	"github.com/parago/parago/interp/runner/symbols"
	"github.com/traefik/yaegi/interp"
)

// wrap hands over what the interpreter looks up in packages that are not imported: how to
// make an interface of a package out of an interpreted value.
func wrap(i *interp.Interpreter, l symbols.Library) error {
	all := interp.Exports{}
	for path, names := range l.Interfaces() {
		all[plainKey(path)] = names
	}
	if err := i.Use(all); err != nil {
		return fmt.Errorf("load symbols: %w", err)
	}
	return nil
}

// take hands over a package. The interpreter gets one when it imports it: there are almost two hundred.
func take(i *interp.Interpreter, l symbols.Library, path string) error {
	names := l.Symbols(path)
	if names == nil {
		return nil // it is interpreted, or there is none
	}
	if err := i.Use(interp.Exports{plainKey(path): names}); err != nil {
		return fmt.Errorf("load symbols of %s: %w", path, err)
	}
	return nil
}

// plainKey keeps the interpreter from recognising the standard library: it would compile
// generic packages, which never reach it, and replace what prints, logs or exits.
func plainKey(path string) string { return strings.TrimSuffix(path, "/") + "/-" }
