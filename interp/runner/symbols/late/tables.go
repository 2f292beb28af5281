package late

import (
	"github.com/traefik/yaegi/interp"
	"github.com/traefik/yaegi/stdlib/syscall"
)

// Tables are what an interpreter of all cells needs besides the tables of package runner.
func Tables() []interp.Exports { return []interp.Exports{syscall.Symbols, Std()} }
