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
	first first
}

// New returns an Opener for a process that has no plugins yet.
func New() *Opener { return &Opener{made: findMade(), older: older{}} }

// Open opens a plugin and runs its init functions, as plugin.Open does.
func (o *Opener) Open(file string) error {
	if err := o.load(file); err != nil {
		return err
	}
	_, err := plugin.Open(file)
	return err
}

// OpenFirst is Open in a process in which no code of a user's has run yet. It is quicker.
func (o *Opener) OpenFirst(file string) error {
	if !o.first.ready() {
		return o.Open(file)
	}
	if err := o.load(file); err != nil {
		return err
	}
	return o.first.start()
}

// load has the dynamic linker load a plugin, and binds it.
func (o *Opener) load(file string) error {
	m, err := load(file)
	if err == nil && m != nil {
		err = o.bind(m)
	}
	if err != nil {
		return fmt.Errorf("load %s: %w", file, err)
	}
	return nil
}
