package plug

import (
	"fmt"
	"plugin"
)

// An Opener opens the plugins of a process, which has one. No two goroutines may call it at
// the same time.
type Opener struct {
	made  made
	older older
}

// New returns an Opener for a process that has no plugins yet.
func New() *Opener { return &Opener{made: findMade(), older: older{}} }

// Open opens a plugin and runs its init functions, as plugin.Open does.
func (o *Opener) Open(file string) error {
	m, err := load(file)
	if err == nil && m != nil {
		err = o.bind(m)
	}
	if err != nil {
		return fmt.Errorf("load %s: %w", file, err)
	}
	_, err = plugin.Open(file)
	return err
}
