package child

import (
	"testing"
	"time"
)

// TestTurn: who reads rests only as long as it may.
func TestTurn(t *testing.T) {
	newTurn := func() *Child {
		c := &Child{}
		c.turn.changed.L = &c.turn.mu
		return c
	}
	mine := func(c *Child) <-chan struct{} {
		done := make(chan struct{})
		go func() {
			c.turn.mine()
			close(done)
		}()
		return done
	}
	t.Run("nobody has rested", func(t *testing.T) { <-mine(newTurn()) })
	t.Run("a rest ends by itself", func(t *testing.T) {
		c := newTurn()
		c.Rest()
		<-mine(c)
	})
	t.Run("a rest goes on as long as others read", func(t *testing.T) {
		c := newTurn()
		c.Rest()
		over := mine(c)
		for end := time.Now().Add(10 * restTime); time.Now().Before(end); time.Sleep(restTime / 10) {
			c.Rest()
			c.turn.mu.Lock()
			rests := c.turn.rests
			c.turn.mu.Unlock()
			if !rests {
				t.Fatal("it was ended")
			}
		}
		<-over
	})
	t.Run("two never read at once", func(t *testing.T) {
		c := newTurn()
		c.turn.mine()
		c.Rest() // as from within round
		read := make(chan bool)
		go c.Await(func() bool {
			c.turn.mu.Lock()
			read <- c.turn.reads
			c.turn.mu.Unlock()
			return false
		})
		go c.turn.mine()
		if <-read {
			t.Error("another goroutine has read while serve did")
		}
	})
	t.Run("attend", func(t *testing.T) {
		c := newTurn()
		for range 1000 {
			c.Rest()
			over := mine(c)
			c.Attend()
			<-over
		}
	})
}
