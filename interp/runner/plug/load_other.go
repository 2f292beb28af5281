//go:build !linux || !cgo || !(amd64 || arm64)

package plug

// Nothing is known of the dynamic linker here: all is left to plugin.Open.

type (
	module struct{}
	made   struct{}
	older  struct{}
)

func findMade() made { return made{} }

func load(string) (*module, error) { return nil, nil }

func (*Opener) bind(*module) error { return nil }
