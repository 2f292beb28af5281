package kernel

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// ProtocolVersion is the version of the Jupyter messaging protocol that this
// package speaks.
const ProtocolVersion = "5.5"

// Header names a message. The zero Header stands for "no header" and is written
// as {}, which is what a message that nobody asked for has as its parent.
type Header struct {
	MsgID      string `json:"msg_id"`
	Session    string `json:"session"`
	Username   string `json:"username"`
	Date       string `json:"date"`
	MsgType    string `json:"msg_type"`
	Version    string `json:"version"`
	SubshellID string `json:"subshell_id,omitempty"`

	// raw is the header as it was received. A reply's parent header must be a
	// copy of it, with the fields that this struct does not know.
	raw json.RawMessage
}

// headerFields has Header's fields without its methods.
type headerFields Header

// NewHeader returns the header of a message that is made now.
func NewHeader(session, username, msgType string) Header {
	return Header{
		MsgID:    uuid.NewString(),
		Session:  session,
		Username: username,
		Date:     time.Now().UTC().Format("2006-01-02T15:04:05.000000Z"),
		MsgType:  msgType,
		Version:  ProtocolVersion,
	}
}

// IsZero reports whether h stands for "no header".
func (h Header) IsZero() bool { return h.MsgID == "" && h.MsgType == "" }

// MarshalJSON writes a received header as it came and the zero Header as {}.
func (h Header) MarshalJSON() ([]byte, error) {
	switch {
	case h.raw != nil:
		return h.raw, nil
	case h.IsZero():
		return []byte("{}"), nil
	}
	return json.Marshal(headerFields(h))
}

// UnmarshalJSON reads a header and keeps its text for MarshalJSON.
func (h *Header) UnmarshalJSON(text []byte) error {
	var f headerFields
	if err := json.Unmarshal(text, &f); err != nil {
		return err
	}
	*h = Header(f)
	if !h.IsZero() {
		h.raw = bytes.Clone(text)
	}
	return nil
}

// Time returns the header's date, and whether it has one that can be read.
func (h Header) Time() (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
		if t, err := time.Parse(layout, h.Date); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// A Message is one message of the protocol, sent or received.
type Message struct {
	// Identities are the frames in front of the message: the topic of a
	// broadcast; of a request, what its sender wants to see in front of the reply.
	Identities [][]byte
	Header     Header
	Parent     Header // of the request that caused this message; zero if none did
	Metadata   json.RawMessage
	Content    json.RawMessage
	Buffers    [][]byte

	signature []byte // that it came with, checked; nil if it was not signed
}

// NewMessage returns a message with the given parent and content.
func NewMessage(h, parent Header, content any) (*Message, error) {
	text, err := marshal(content)
	if err != nil {
		return nil, fmt.Errorf("encode content of %s: %w", h.MsgType, err)
	}
	return &Message{Header: h, Parent: parent, Content: text}, nil
}

// Decode reads the content into v, a pointer to one of the content structs.
func (m *Message) Decode(v any) error {
	if err := json.Unmarshal(m.Content, v); err != nil {
		return fmt.Errorf("content of %s: %w", m.Header.MsgType, err)
	}
	return nil
}

// marshal is json.Marshal without the escapes that only HTML pages need.
func marshal(v any) (json.RawMessage, error) {
	if raw, ok := v.(json.RawMessage); ok {
		return raw, nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
