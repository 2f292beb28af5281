package kerneltest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/parago/parago/kernel"
	"github.com/parago/parago/kernel/client"
)

// Converse plays a conversation with a new kernel. The file is a txtar archive whose
// sections called "client" say what the client does, each followed by what it
// gets from it on "shell", "control", "stdin" and "iopub". A line of a client
// section is one of
//
//	shell TYPE CONTENT      send a request; requests are numbered from 1
//	control TYPE CONTENT    the same on control
//	await TYPE [N]          wait for a message of that type, about request N
//	answer LINE             wait for an input_request and answer it
//	interrupt               call Kernel.Interrupt, as for a signal
//	ping                    send a heartbeat and wait for its echo
//	unsigned CHANNEL TYPE CONTENT   send a request that is signed with another key
//	frames CHANNEL FRAME…   send frames, each a Go string literal
//	signed CHANNEL HEADER CONTENT   send any text as header and content, well signed
//	ended                   wait until the kernel has ended
//
// and the section ends when all its requests are answered and idle. What comes
// about a request is printed as "TYPE N CONTENT"; N is 0 for what has no parent. With
// update, the file is rewritten with what came.
func Converse(t *testing.T, file string, e NewEvaluator, o kernel.Options, update bool) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c := &conversation{Server: Start(t, e, o), numbers: map[string]int{}}
	got := bytes.Clone(archive.Comment)
	for _, f := range archive.Files {
		if f.Name == "client" {
			got = append(got, c.step(string(f.Data))...)
		}
	}
	if want := txtar.Format(archive); string(got) != string(want) {
		if !update {
			t.Errorf("%s: %s", file, difference(string(got), string(want)))
		} else if t.Failed() {
			t.Error("not updated")
		} else if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Error(err)
		}
	}
}

type conversation struct {
	*Server
	numbers map[string]int // of requests, by msg_id
	calls   []*client.Call
	shown   int // messages that were printed
}

// step plays a client section and returns it with its answers.
func (c *conversation) step(commands string) string {
	before := len(c.calls)
	for line := range strings.Lines(commands) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			c.command(line)
		}
	}
	for _, call := range c.calls[before:] {
		c.settle(call)
	}
	messages := c.Messages()
	text := c.transcript(messages[c.shown:], c.numbers)
	c.shown = len(messages)
	return "-- client --\n" + commands + text
}

func (c *conversation) command(line string) {
	word, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	switch word {
	case "shell", "control":
		msgType, content, _ := strings.Cut(rest, " ")
		c.send(client.Channel(word), msgType, content)
	case "await":
		c.await(rest)
	case "answer":
		c.Answer(rest)
	case "interrupt":
		c.Kernel.Interrupt()
	case "ping":
		c.must(c.Client.Ping(c.Ctx))
	case "unsigned":
		channel, rest, _ := strings.Cut(rest, " ")
		msgType, content, _ := strings.Cut(rest, " ")
		h, _ := json.Marshal(kernel.NewHeader(c.Client.Session(), "user", msgType))
		c.sendSigned("not the key", channel, string(h), content)
	case "frames":
		channel, rest, _ := strings.Cut(rest, " ")
		c.sendFrames(channel, rest)
	case "signed":
		channel, rest, _ := strings.Cut(rest, " ")
		header, content, _ := strings.Cut(rest, " ")
		c.sendSigned(c.Kernel.Connection().Key, channel, header, content)
	case "ended":
		c.must(c.Ended())
		<-c.Client.Gone()
	default:
		c.t.Fatalf("unknown command %q", line)
	}
}

func (c *conversation) send(channel client.Channel, msgType, content string) {
	call, err := c.Client.Send(c.Ctx, channel, msgType, json.RawMessage(content), nil)
	c.must(err)
	c.calls = append(c.calls, call)
	c.numbers[call.Header.MsgID] = len(c.calls)
}

func (c *conversation) await(args string) {
	msgType, number, _ := strings.Cut(args, " ")
	c.Await(args, func(m Received) bool {
		n := c.numbers[m.Parent.MsgID]
		return m.Header.MsgType == msgType && (number == "" || number == strconv.Itoa(n))
	})
}

func (c *conversation) sendSigned(key, channel, header, content string) {
	frames := kernel.Codec{Key: []byte(key)}.Seal([]byte(header), []byte("{}"), []byte("{}"), []byte(content))
	c.must(c.Client.SendRaw(c.Ctx, client.Channel(channel), frames...))
}

func (c *conversation) sendFrames(channel, literals string) {
	var frames [][]byte
	for literals = strings.TrimSpace(literals); literals != ""; literals = strings.TrimSpace(literals) {
		quoted, err := strconv.QuotedPrefix(literals)
		c.must(err)
		frame, err := strconv.Unquote(quoted)
		c.must(err)
		frames = append(frames, []byte(frame))
		literals = literals[len(quoted):]
	}
	c.must(c.Client.SendRaw(c.Ctx, client.Channel(channel), frames...))
}

// settle waits for all that a request brings about: idle, and a reply if the
// protocol has one.
func (c *conversation) settle(call *client.Call) {
	name, isRequest := strings.CutSuffix(call.Header.MsgType, "_request")
	if _, answered := contents()[name+"_reply"]; isRequest && answered {
		c.Await(fmt.Sprint(name, "_reply ", c.numbers[call.Header.MsgID]), func(m Received) bool {
			return m.Parent.MsgID == call.Header.MsgID && m.Header.MsgType == name+"_reply" && m.Channel != "iopub"
		})
	}
	c.Await(fmt.Sprint("idle ", c.numbers[call.Header.MsgID]), func(m Received) bool {
		var s kernel.Status
		return m.Parent.MsgID == call.Header.MsgID && m.Header.MsgType == "status" && m.Decode(&s) == nil && s.ExecutionState == "idle"
	})
}

func (c *conversation) must(err error) {
	if err != nil {
		c.t.Helper()
		c.t.Fatal(err)
	}
}

// difference shows the first line in which two texts differ, with what leads to it.
func difference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	n := 0
	for n < len(g) && n < len(w) && g[n] == w[n] {
		n++
	}
	rest := func(lines []string) string { return strings.Join(lines[n:min(n+3, len(lines))], "\n") }
	return fmt.Sprintf("line %d, after\n%s\ngot:\n%s\nwant:\n%s",
		n+1, strings.Join(g[max(n-8, 0):n], "\n"), rest(g), rest(w))
}
