package plug

import (
	"fmt"
	"plugin"
)

// Open opens a plugin and runs its init functions, as plugin.Open does. It must not run
// twice at the same time.
func Open(file string) error {
	m, err := load(file)
	if err == nil && m != nil {
		err = m.bindItabs()
	}
	if err != nil {
		return fmt.Errorf("load %s: %w", file, err)
	}
	_, err = plugin.Open(file)
	return err
}
