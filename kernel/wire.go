package kernel

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// delimiter ends the identities of a message on the wire.
const delimiter = "<IDS|MSG>"

// DefaultMaxMessage is the size beyond which a Codec refuses a message.
const DefaultMaxMessage = 64 << 20

// maxHeader bounds a header. Headers are kept as long as their cell may write.
const maxHeader = 64 << 10

// What a Codec refuses.
var (
	ErrFrames    = errors.New("malformed frames")
	ErrSignature = errors.New("wrong signature")
	ErrTooLarge  = errors.New("message too large")
)

// A Codec turns messages into ZeroMQ frames and back:
//
//	identities… | <IDS|MSG> | signature | header | parent header | metadata | content | buffers…
//
// The zero Codec neither signs nor checks signatures. A Codec has no state; any
// goroutine may use it.
type Codec struct {
	Key     []byte // of HMAC-SHA256; empty: messages are not signed
	MaxSize int    // of a received message without its buffers; 0: DefaultMaxMessage
}

// Encode returns m's frames. It fails only if m's JSON parts cannot be written.
func (c Codec) Encode(m *Message) ([][]byte, error) {
	header, err := marshal(m.Header)
	if err != nil {
		return nil, fmt.Errorf("encode header of %s: %w", m.Header.MsgType, err)
	}
	parent, err := marshal(m.Parent)
	if err != nil {
		return nil, fmt.Errorf("encode parent header of %s: %w", m.Header.MsgType, err)
	}
	frames := make([][]byte, 0, len(m.Identities)+6+len(m.Buffers))
	frames = append(frames, m.Identities...)
	frames = append(frames, c.Seal(header, parent, orEmpty(m.Metadata), orEmpty(m.Content))...)
	return append(frames, m.Buffers...), nil
}

// Seal returns the delimiter, the signature and the four JSON parts of a message.
func (c Codec) Seal(header, parent, metadata, content []byte) [][]byte {
	parts := [][]byte{header, parent, metadata, content}
	return append([][]byte{[]byte(delimiter), c.sign(parts)}, parts...)
}

// Decode reads a message from its frames. Nothing is parsed before its size and
// its signature are known to be right. The error wraps ErrFrames, ErrTooLarge or
// ErrSignature. Message's parts share memory with frames.
func (c Codec) Decode(frames [][]byte) (*Message, error) {
	at := indexFrame(frames, delimiter)
	if at < 0 {
		return nil, fmt.Errorf("%w: no %s among %d frames", ErrFrames, delimiter, len(frames))
	}
	rest := frames[at+1:]
	if len(rest) < 5 {
		return nil, fmt.Errorf("%w: %d frames after %s, want at least 5", ErrFrames, len(rest), delimiter)
	}
	signature, parts := rest[0], rest[1:5]
	if err := c.checkSize(parts); err != nil {
		return nil, err
	}
	m := &Message{Identities: frames[:at], Metadata: parts[2], Content: parts[3], Buffers: rest[5:]}
	if len(c.Key) > 0 {
		m.signature = c.sign(parts)
		if !hmac.Equal(signature, m.signature) {
			return nil, ErrSignature
		}
	}
	return m, m.parseHeaders(parts[0], parts[1])
}

func (c Codec) checkSize(parts [][]byte) error {
	limit := c.MaxSize
	if limit == 0 {
		limit = DefaultMaxMessage
	}
	size := 0
	for _, p := range parts {
		size += len(p)
	}
	if size > limit {
		return fmt.Errorf("%w: %d bytes, the limit is %d", ErrTooLarge, size, limit)
	}
	if n := len(parts[0]) + len(parts[1]); n > maxHeader {
		return fmt.Errorf("%w: headers of %d bytes, the limit is %d", ErrTooLarge, n, maxHeader)
	}
	return nil
}

func (m *Message) parseHeaders(header, parent []byte) error {
	if err := json.Unmarshal(header, &m.Header); err != nil {
		return fmt.Errorf("%w: header: %v", ErrFrames, err)
	}
	if m.Header.MsgID == "" || m.Header.MsgType == "" {
		return fmt.Errorf("%w: header without msg_id or msg_type", ErrFrames)
	}
	if err := json.Unmarshal(parent, &m.Parent); err != nil {
		return fmt.Errorf("%w: parent header: %v", ErrFrames, err)
	}
	if !isObject(m.Metadata) || !isObject(m.Content) {
		return fmt.Errorf("%w: metadata or content of %s is not a JSON object", ErrFrames, m.Header.MsgType)
	}
	return nil
}

// sign returns the signature of the four JSON parts in hexadecimal digits, ""
// without a key.
func (c Codec) sign(parts [][]byte) []byte {
	if len(c.Key) == 0 {
		return []byte{}
	}
	mac := hmac.New(sha256.New, c.Key)
	for _, p := range parts {
		mac.Write(p)
	}
	return hex.AppendEncode(nil, mac.Sum(nil))
}

func indexFrame(frames [][]byte, text string) int {
	for i, f := range frames {
		if string(f) == text {
			return i
		}
	}
	return -1
}

func isObject(text []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("{")) && json.Valid(text)
}

func orEmpty(text json.RawMessage) []byte {
	if text == nil {
		return []byte("{}")
	}
	return text
}
