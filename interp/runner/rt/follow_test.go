package rt

import (
	"runtime"
	"testing"
	"time"
)

// The variable is true until the last goroutine of a halted cell has ended, and no longer.
func TestFollow(t *testing.T) {
	var stopping bool
	Follow(&stopping)
	defer Follow(nil)
	c, release := NewCell(""), make(chan struct{})
	ended := run(c, func() { <-release })
	c.Halt()
	if !followed() {
		t.Error("it is false while a goroutine of a halted cell is left")
	}
	close(release)
	wait(t, "the goroutine", ended)
	for end := time.Now().Add(limit); ; runtime.Gosched() {
		if !followed() {
			break
		}
		if time.Now().After(end) {
			t.Fatal("it stays true though no goroutine is left")
		}
	}
}

// followed is the variable. The sweeper's lock orders the read behind its writes.
func followed() bool {
	s := &here.sweeper
	s.mu.Lock()
	defer s.mu.Unlock()
	return *here.followed
}
