package late

import (
	"github.com/parago/parago/interp/runner/symbols"
	"github.com/traefik/yaegi/interp"
	"github.com/traefik/yaegi/stdlib/syscall"
	"github.com/traefik/yaegi/stdlib/unrestricted"
	"github.com/traefik/yaegi/stdlib/unsafe"
)

// Library is what an interpreter of all cells can import besides what glue may use. Package syscall is
// another one on each system: the interpreter brings tables of it.
func Library() symbols.Library {
	return symbols.Library{
		Packages: [][]symbols.Package{Std(), Syslog()},
		Tables:   []interp.Exports{syscall.Symbols, unrestricted.Symbols, unsafe.Symbols},
	}
}
