//go:build !linux || !cgo || !(amd64 || arm64)

package plug

// A module is a plugin in memory.
type module struct{}

// load leaves all to plugin.Open: nothing is known of the dynamic linker here.
func load(string) (*module, error) { return nil, nil }

func (*module) bindItabs() error { return nil }
