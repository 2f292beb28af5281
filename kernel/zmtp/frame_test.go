package zmtp

import (
	"bufio"
	"bytes"
	"io"
	"runtime"
	"strings"
	"testing"
)

// reader returns a messageReader over bytes, and collects the commands.
func reader(b []byte, o Options, commands *[][]byte) *messageReader {
	o = o.withDefaults(Router)
	return &messageReader{
		r: bufio.NewReader(bytes.NewReader(b)), maxFrame: o.MaxFrame, maxFrames: o.MaxFrames,
		budget: newBudget(o.MaxInbound),
		command: func(body []byte) error {
			*commands = append(*commands, body)
			return nil
		},
	}
}

func TestMessages(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		bytes  string
		frames string // of the first message, joined with a bar
		err    string
	}{
		{"one frame", "\x00\x02hi", "hi", ""},
		{"an empty frame", "\x00\x00", "", ""},
		{"several frames", "\x01\x01a\x01\x00\x00\x01c", "a||c", ""},
		{"a short frame in the long form", "\x02\x00\x00\x00\x00\x00\x00\x00\x02hi", "hi", ""},
		{"a command first", "\x04\x04\x03ABC\x00\x02hi", "hi", ""},
		{"a command between frames", "\x01\x01a\x04\x04\x03ABC\x00\x01b", "a|b", ""},
		{"nothing", "", "", "EOF"},
		{"a header cut off", "\x00", "", "unexpected EOF"},
		{"a long header cut off", "\x02\x00\x00", "", "unexpected EOF"},
		{"a body cut off", "\x00\x05hi", "", "unexpected EOF"},
		{"a message cut off between frames", "\x01\x01a", "", "unexpected EOF"},
		{"too large", "\x02\x00\x00\x00\x00\x00\x00\x04\x01", "", "more than the 1024 allowed"},
		{"too many frames", strings.Repeat("\x01\x00", 5) + "\x00\x00", "", "more than 4 frames"},
		{"as many frames as allowed", strings.Repeat("\x01\x00", 3) + "\x00\x00", "|||", ""},
		{"unknown flags", "\x08\x00", "", "unknown flags 0x08"},
		{"a command of two frames", "\x05\x00", "", "command in more than one frame"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var commands [][]byte
			m := reader([]byte(c.bytes), Options{MaxFrame: 1024, MaxFrames: 4}, &commands)
			in, err := m.next()
			if err == nil && c.err != "" || err != nil && (c.err == "" || !strings.Contains(err.Error(), c.err)) {
				t.Fatalf("got error %v, want %q", err, c.err)
			}
			if got := string(bytes.Join(in.frames, []byte("|"))); got != c.frames {
				t.Errorf("got %q, want %q", got, c.frames)
			}
		})
	}
}

// A frame that announces a gigabyte costs what has arrived of it.
func TestBuffersGrowAsBytesArrive(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	arrived := append([]byte("\x02\x00\x00\x00\x00\x3f\xff\xff\xff"), make([]byte, 1<<20)...)
	if _, err := reader(arrived, Options{}, nil).next(); err != io.ErrUnexpectedEOF {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 64<<20 {
		t.Errorf("allocated %d bytes for a megabyte", n)
	}
}

// FuzzFrames reads arbitrary bytes. Whatever they are, the reader returns an
// error or a message within the bounds, gives the budget back, and what it
// understood is what writing it again gives.
func FuzzFrames(f *testing.F) {
	for _, seed := range []string{
		"", "\x00\x00", "\x00\x02hi", "\x01\x01a\x01\x00\x00\x01c",
		"\x02\x00\x00\x00\x00\x00\x00\x00\x02hi",
		"\x02\x40\x00\x00\x00\x00\x00\x00\x00",
		"\x02\x80\x00\x00\x00\x00\x00\x00\x00",
		"\x04\x0a\x04PING\x00\x01abc\x00\x02hi",
		"\x04\x0c\x09SUBSCRIBEab", "\x04\x09\x06CANCELab", "\x04\x08\x05ERROR\x01x",
		"\x04\x00", "\x04\x02\x07A", "\x05\x00", "\xff\xff\xff\xff",
		"\x01\x03abc\x04\x04\x03ABC\x00\x01b",
		"\x02\x00\x00\x00\x00\x00\x00\x02\x00" + strings.Repeat("x", 512),
	} {
		f.Add([]byte(seed))
	}
	o := Options{MaxFrame: 1 << 10, MaxFrames: 16, MaxInbound: 1 << 12}
	f.Fuzz(func(t *testing.T, b []byte) {
		l := &link{out: newQueue(1 << 20)}
		var commands [][]byte
		m := reader(b, o, &commands)
		m.command = func(body []byte) error {
			commands = append(commands, body)
			return l.command(body)
		}
		for {
			in, err := m.next()
			if err != nil {
				break
			}
			checkBounds(t, in, o)
			checkRoundTrip(t, in.frames, o)
			m.budget.giveBack(in.held, true)
		}
		if m.budget.free != o.MaxInbound || m.budget.complete != 0 {
			t.Errorf("the budget has %d of %d left", m.budget.free, o.MaxInbound)
		}
	})
}

func checkBounds(t *testing.T, in inbound, o Options) {
	if len(in.frames) == 0 || len(in.frames) > o.MaxFrames {
		t.Errorf("message of %d frames", len(in.frames))
	}
	for _, f := range in.frames {
		if int64(len(f)) > o.MaxFrame {
			t.Errorf("frame of %d bytes", len(f))
		}
	}
}

func checkRoundTrip(t *testing.T, frames [][]byte, o Options) {
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	if err := writeMessage(w, frames); err != nil {
		t.Fatal(err)
	}
	w.Flush()
	again, err := reader(b.Bytes(), o, nil).next()
	if err != nil {
		t.Fatalf("reading what was written: %v", err)
	}
	if len(again.frames) != len(frames) {
		t.Fatalf("wrote %d frames, read %d", len(frames), len(again.frames))
	}
	for i := range frames {
		if !bytes.Equal(frames[i], again.frames[i]) {
			t.Errorf("frame %d: wrote %q, read %q", i, frames[i], again.frames[i])
		}
	}
}
