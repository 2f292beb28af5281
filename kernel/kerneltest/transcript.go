package kerneltest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/parago/parago/kernel"
)

// Transcript prints what the client got so far, one message a line. Requests are
// numbered as their first answers came.
func (s *Server) Transcript() string {
	messages, numbers := s.Messages(), map[string]int{}
	for _, m := range messages {
		if id := m.Parent.MsgID; id != "" && numbers[id] == 0 {
			numbers[id] = len(numbers) + 1
		}
	}
	return s.transcript(messages, numbers)
}

// transcript prints messages by channel: type, the number of the request that they
// answer, content. Of iopub, what belongs to one request stands together, because
// requests that are served at the same time have no order among each other.
func (s *Server) transcript(messages []Received, numbers map[string]int) string {
	var b strings.Builder
	for _, channel := range []string{"shell", "control", "stdin", "iopub"} {
		if lines := channelLines(messages, channel, numbers); len(lines) > 0 {
			fmt.Fprintf(&b, "-- %s --\n%s", channel, strings.Join(lines, ""))
		}
	}
	return b.String()
}

func channelLines(messages []Received, channel string, numbers map[string]int) []string {
	var own []Received
	for _, m := range messages {
		if m.Channel == channel && m.Header.MsgType != "iopub_welcome" && !isStarting(m.Message) {
			own = append(own, m)
		}
	}
	number := func(m Received) int { return numbers[m.Parent.MsgID] }
	slices.SortStableFunc(own, func(a, b Received) int { return cmp.Compare(number(a), number(b)) })
	var lines []string
	for _, m := range joinStreams(own) {
		lines = append(lines, fmt.Sprintf("%s %d %s\n", m.Header.MsgType, number(m), normal(m.Content)))
	}
	return lines
}

func isStarting(m *kernel.Message) bool {
	var s kernel.Status
	return m.Header.MsgType == "status" && m.Decode(&s) == nil && s.ExecutionState == "starting"
}

// joinStreams makes one message of adjacent ones of a stream: where a kernel cuts is
// a matter of time.
func joinStreams(messages []Received) []Received {
	var joined []Received
	var before *kernel.StreamContent
	for _, m := range messages {
		var c kernel.StreamContent
		if m.Header.MsgType != "stream" || m.Decode(&c) != nil {
			joined, before = append(joined, m), nil
			continue
		}
		if last := len(joined) - 1; before != nil && before.Name == c.Name && joined[last].Parent.MsgID == m.Parent.MsgID {
			before.Text += c.Text
			whole, _ := kernel.NewMessage(m.Header, m.Parent, before)
			joined[last].Message = whole
			continue
		}
		joined, before = append(joined, m), &c
	}
	return joined
}

// normal prints content with its names sorted, and without this machine's Go version.
func normal(content json.RawMessage) string {
	var v any
	if err := json.Unmarshal(content, &v); err != nil {
		return string(content)
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(v)
	version := strings.TrimPrefix(runtime.Version(), "go")
	return strings.ReplaceAll(strings.TrimSpace(b.String()), version, "GOVERSION")
}
