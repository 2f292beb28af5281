//go:build !linux || !cgo || !(amd64 || arm64)

package plug

import "reflect"

// Nothing is known of the dynamic linker here: all is left to plugin.Open.

type (
	module struct{}
	made   struct{}
	older  struct{}
)

func findMade() made { return made{} }

func load(string) (*module, error) { return nil, nil }

func (*Opener) bind(*module) error { return nil }

// Renew cannot tell anybody here: what was registered for a type's name stays.
func (*Opener) Renew(name string, old, now reflect.Type) {}
