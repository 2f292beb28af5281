package zmtp

import (
	"bufio"
	"encoding/binary"
	"io"
)

// The flag bits that begin a frame (ZMTP 3.0, "Framing").
const (
	flagMore    = 1 << 0
	flagLong    = 1 << 1
	flagCommand = 1 << 2
)

const (
	maxCommand   = 64 << 10 // the most bytes of a command we read
	frameCost    = 32       // what a frame costs in memory beside its bytes
	firstReading = 64 << 10 // the most we allocate before any byte of a frame came
)

// An inbound is one message as it arrived, and what it holds of the budget.
type inbound struct {
	frames [][]byte
	held   int64
}

// A messageReader takes a stream apart into messages, within bounds, and
// hands commands that it meets on the way to command.
type messageReader struct {
	r         *bufio.Reader
	maxFrame  int64
	maxFrames int
	budget    *budget
	done      <-chan struct{} // closed when the socket closes: waits for the budget end
	command   func(body []byte) error

	cost int64 // bytes of the message that is arriving
	held int64 // the part of them that the budget knows of
}

// next returns the next message. An error is a violation, or what reading
// returned; after it the stream is of no more use.
func (m *messageReader) next() (in inbound, err error) {
	m.cost, m.held = 0, 0
	defer func() {
		if err != nil {
			m.budget.giveBack(m.held, false)
		}
	}()
	var frames [][]byte
	for {
		flags, body, err := m.frame()
		if err != nil {
			return inbound{}, midMessage(err, len(frames) > 0)
		}
		if flags&flagCommand != 0 {
			if err := m.command(body); err != nil {
				return inbound{}, err
			}
			continue
		}
		frames = append(frames, body)
		if flags&flagMore == 0 {
			m.budget.finish(m.held)
			return inbound{frames, m.held}, nil
		}
		if len(frames) == m.maxFrames {
			return inbound{}, violationf("message of more than %d frames", m.maxFrames)
		}
	}
}

// midMessage makes the end of the stream inside a message an error of its own.
func midMessage(err error, inside bool) error {
	if err == io.EOF && inside {
		return io.ErrUnexpectedEOF
	}
	return err
}

// frame reads one frame; the body of a command is not counted.
func (m *messageReader) frame() (flags byte, body []byte, err error) {
	flags, size, err := m.header()
	if err != nil {
		return 0, nil, err
	}
	switch {
	case flags&^(flagMore|flagLong|flagCommand) != 0:
		return 0, nil, violationf("frame with unknown flags %#02x", flags)
	case flags&flagCommand != 0 && flags&flagMore != 0:
		return 0, nil, violation("command in more than one frame")
	case flags&flagCommand != 0 && size > maxCommand:
		return 0, nil, violationf("command of %d bytes", size)
	case flags&flagCommand == 0 && size > uint64(m.maxFrame):
		return 0, nil, violationf("frame of %d bytes, more than the %d allowed", size, m.maxFrame)
	}
	if flags&flagCommand != 0 {
		body = make([]byte, size)
		_, err = io.ReadFull(m.r, body)
	} else {
		body, err = m.body(int64(size))
	}
	return flags, body, midMessage(err, true)
}

// header reads a frame's flags and size.
func (m *messageReader) header() (flags byte, size uint64, err error) {
	if flags, err = m.r.ReadByte(); err != nil {
		return 0, 0, err
	}
	if flags&flagLong == 0 {
		b, err := m.r.ReadByte()
		return flags, uint64(b), midMessage(err, true)
	}
	var long [8]byte
	if _, err := io.ReadFull(m.r, long[:]); err != nil {
		return 0, 0, midMessage(err, true)
	}
	return flags, binary.BigEndian.Uint64(long[:]), nil
}

// body reads size bytes into a buffer that doubles as they arrive, so that
// a peer that only announces bytes costs next to nothing.
func (m *messageReader) body(size int64) ([]byte, error) {
	room := min(size, firstReading)
	if err := m.account(room + frameCost); err != nil {
		return nil, err
	}
	body := make([]byte, room)
	read := int64(0)
	for {
		n, err := io.ReadFull(m.r, body[read:])
		read += int64(n)
		if err != nil || read == size {
			return body, err
		}
		room = min(size, 2*read)
		if err := m.account(room - read); err != nil {
			return nil, err
		}
		grown := make([]byte, room)
		copy(grown, body)
		body = grown
	}
}

// account adds n bytes to the message's cost, and holds what exceeds a short
// message's from the budget.
func (m *messageReader) account(n int64) error {
	m.cost += n
	if need := m.cost - shortMessage - frameCost - m.held; need > 0 {
		if err := m.budget.take(need, m.done); err != nil {
			return err
		}
		m.held += need
	}
	return nil
}

// writeFrame writes one frame; flags are all but flagLong.
func writeFrame(w *bufio.Writer, flags byte, body []byte) error {
	var head [9]byte
	n := 2
	if len(body) > 255 {
		n, flags = 9, flags|flagLong
		binary.BigEndian.PutUint64(head[1:], uint64(len(body)))
	} else {
		head[1] = byte(len(body))
	}
	head[0] = flags
	if _, err := w.Write(head[:n]); err != nil {
		return err
	}
	_, err := w.Write(body)
	return err
}

// writeMessage writes the frames of one message.
func writeMessage(w *bufio.Writer, frames [][]byte) error {
	for i, body := range frames {
		var flags byte
		if i < len(frames)-1 {
			flags = flagMore
		}
		if err := writeFrame(w, flags, body); err != nil {
			return err
		}
	}
	return nil
}
