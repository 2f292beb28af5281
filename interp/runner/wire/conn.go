package wire

import (
	"encoding/gob"
	"io"
	"sync"
	"time"
)

// A Conn carries messages over one stream. Send and Write may be called from any goroutine,
// Receive from one.
type Conn struct {
	mu  sync.Mutex // held while something is sent
	enc *gob.Encoder
	dec *gob.Decoder

	waiting sync.Mutex // guards what follows
	outputs []Output   // that wait to be sent, together
	size    int        // of those
	sending bool       // a goroutine is about to
	room    sync.Cond  // there is some again
}

const (
	// outputPause is how long output waits for more after other output, so that a flood
	// does not cost a message for each line.
	outputPause = time.Millisecond
	// maxOutputs is how many bytes may wait before who writes has to.
	maxOutputs = 256 << 10
)

// NewConn returns a Conn over rw, which it does not close.
func NewConn(rw io.ReadWriter) *Conn {
	c := &Conn{enc: gob.NewEncoder(rw), dec: gob.NewDecoder(rw)}
	c.room.L = &c.waiting
	return c
}

// Send writes m, after all output that Write was given before. After an error the stream is of no use.
func (c *Conn) Send(m *Message) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.flush(); err != nil {
		return err
	}
	return c.enc.Encode(m)
}

// Write sends a chunk of output soon, at once if there was none just before. It does not keep p.
func (c *Conn) Write(origin string, stderr bool, p []byte) {
	c.waiting.Lock()
	defer c.waiting.Unlock()
	for c.size > maxOutputs {
		c.room.Wait()
	}
	n := len(c.outputs)
	if n == 0 || c.outputs[n-1].Origin != origin || c.outputs[n-1].Stderr != stderr {
		c.outputs = append(c.outputs, Output{Origin: origin, Stderr: stderr})
		n++
	}
	last := &c.outputs[n-1]
	last.Data = append(last.Data, p...)
	last.Ends = append(last.Ends, len(last.Data))
	c.size += len(p) + 8
	if !c.sending {
		c.sending = true
		go c.sendOutputs()
	}
}

// sendOutputs sends what waits until nothing more comes.
func (c *Conn) sendOutputs() {
	for {
		c.mu.Lock()
		c.flush() // an error is seen by the next Send
		c.mu.Unlock()
		<-time.After(outputPause)
		c.waiting.Lock()
		if len(c.outputs) == 0 {
			c.sending = false
			c.waiting.Unlock()
			return
		}
		c.waiting.Unlock()
	}
}

// flush sends the output that waits. mu is held.
func (c *Conn) flush() error {
	c.waiting.Lock()
	outputs := c.outputs
	c.outputs, c.size = nil, 0
	c.room.Broadcast()
	c.waiting.Unlock()
	if len(outputs) == 0 {
		return nil
	}
	return c.enc.Encode(&Message{Outputs: outputs})
}

// Receive returns the next message; io.EOF when the other side is gone.
func (c *Conn) Receive() (*Message, error) {
	m := new(Message)
	if err := c.dec.Decode(m); err != nil {
		return nil, err
	}
	return m, nil
}
