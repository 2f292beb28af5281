package kernel_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/parago/parago/kernel"
)

var testCodec = kernel.Codec{Key: []byte("key"), MaxSize: 1000}

func TestCodecReturnsWhatWasEncoded(t *testing.T) {
	t.Parallel()
	parent := kernel.NewHeader("s0", "u", "parent_request")
	m, err := kernel.NewMessage(kernel.NewHeader("s1", "ü", "execute_request"), parent, map[string]any{"code": "a < b && \"ß\""})
	if err != nil {
		t.Fatal(err)
	}
	m.Identities, m.Buffers = [][]byte{[]byte("me"), {}}, [][]byte{{0, 1, 2}, {}}
	for name, codec := range map[string]kernel.Codec{"signed": testCodec, "unsigned": {}} {
		frames, err := codec.Encode(m)
		if err != nil {
			t.Fatal(err)
		}
		got, err := codec.Decode(frames)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		again, err := codec.Encode(got)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := bytes.Join(frames, []byte("|")), bytes.Join(again, []byte("|")); !bytes.Equal(a, b) {
			t.Errorf("%s: encoded\n%s\nand again\n%s", name, a, b)
		}
		if got.Header.Username != "ü" || got.Parent.MsgID != parent.MsgID || len(got.Buffers) != 2 {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

// A reply's parent header must be the request's, with fields from later versions.
func TestParentHeaderIsACopy(t *testing.T) {
	t.Parallel()
	const header = `{"msg_id":"1","msg_type":"x","session":"s","username":"u","date":"d","version":"9.9","new":{"a":[1]}}`
	m, err := testCodec.Decode(testCodec.Seal([]byte(header), []byte("{}"), []byte("{}"), []byte("{}")))
	if err != nil {
		t.Fatal(err)
	}
	reply, _ := kernel.NewMessage(kernel.NewHeader("s", "u", "y"), m.Header, struct{}{})
	frames, err := testCodec.Encode(reply)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(frames[3]); got != header {
		t.Errorf("parent header is %s, want %s", got, header)
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	const ok = `{"msg_id":"1","msg_type":"x"}`
	seal := func(parts ...string) [][]byte {
		return testCodec.Seal([]byte(parts[0]), []byte(parts[1]), []byte(parts[2]), []byte(parts[3]))
	}
	broken := func(change func([][]byte) [][]byte) [][]byte { return change(seal(ok, "{}", "{}", "{}")) }
	for name, c := range map[string]struct {
		frames [][]byte
		want   error
	}{
		"no frames":            {nil, kernel.ErrFrames},
		"no delimiter":         {[][]byte{[]byte("a"), []byte("b")}, kernel.ErrFrames},
		"nothing behind":       {broken(func(f [][]byte) [][]byte { return f[:1] }), kernel.ErrFrames},
		"no content":           {broken(func(f [][]byte) [][]byte { return f[:5] }), kernel.ErrFrames},
		"another signature":    {broken(func(f [][]byte) [][]byte { f[1] = bytes.ToUpper(f[1]); return f }), kernel.ErrSignature},
		"an empty signature":   {broken(func(f [][]byte) [][]byte { f[1] = nil; return f }), kernel.ErrSignature},
		"changed content":      {broken(func(f [][]byte) [][]byte { f[5] = []byte(`{"a":1}`); return f }), kernel.ErrSignature},
		"too much content":     {seal(ok, "{}", "{}", `{"a":"`+strings.Repeat("x", 1000)+`"}`), kernel.ErrTooLarge},
		"header is no JSON":    {seal("{", "{}", "{}", "{}"), kernel.ErrFrames},
		"header is a list":     {seal("[]", "{}", "{}", "{}"), kernel.ErrFrames},
		"header without id":    {seal(`{"msg_type":"x"}`, "{}", "{}", "{}"), kernel.ErrFrames},
		"header without type":  {seal(`{"msg_id":"x"}`, "{}", "{}", "{}"), kernel.ErrFrames},
		"parent is a number":   {seal(ok, "1", "{}", "{}"), kernel.ErrFrames},
		"metadata is null":     {seal(ok, "{}", "null", "{}"), kernel.ErrFrames},
		"content is a text":    {seal(ok, "{}", "{}", `"{}"`), kernel.ErrFrames},
		"content has no end":   {seal(ok, "{}", "{}", `{"a":`), kernel.ErrFrames},
		"content is two":       {seal(ok, "{}", "{}", `{}{}`), kernel.ErrFrames},
		"content is empty":     {seal(ok, "{}", "{}", ``), kernel.ErrFrames},
		"a huge header":        {seal(`{"msg_id":"`+strings.Repeat("x", 100_000)+`","msg_type":"x"}`, "{}", "{}", "{}"), kernel.ErrTooLarge},
		"identities and no id": {append([][]byte{{1}, {2}}, seal("{}", "{}", "{}", "{}")...), kernel.ErrFrames},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if m, err := testCodec.Decode(c.frames); !errors.Is(err, c.want) {
				t.Errorf("got %v, %v, want %v", m, err, c.want)
			}
		})
	}
}

// A large header is refused by itself, where the message as a whole is not too large.
func TestDecodeBoundsHeaders(t *testing.T) {
	t.Parallel()
	codec := kernel.Codec{}
	header := `{"msg_id":"` + strings.Repeat("x", 100_000) + `","msg_type":"x"}`
	if _, err := codec.Decode(codec.Seal([]byte(header), []byte("{}"), []byte("{}"), []byte("{}"))); !errors.Is(err, kernel.ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}

// FuzzWire decodes any frames: no panic, and what is accepted is a message that can
// be answered.
func FuzzWire(f *testing.F) {
	f.Add([]byte("<IDS|MSG>\x00\x00{}\x00{}\x00{}\x00{}"))
	f.Add([]byte("id\x00<IDS|MSG>\x00sig\x00{\"msg_id\":\"1\",\"msg_type\":\"x\"}\x00{}\x00{}\x00{\"a\":[1,null]}\x00buffer"))
	f.Add([]byte("<IDS|MSG>\x00<IDS|MSG>\x00[]\x001\x00null\x00\"\""))
	f.Fuzz(func(t *testing.T, data []byte) {
		frames := bytes.Split(data, []byte{0})
		if _, err := testCodec.Decode(frames); err == nil {
			t.Error("accepted a message that nobody can have signed")
		}
		m, err := kernel.Codec{}.Decode(frames)
		if err != nil {
			return
		}
		if m.Header.MsgID == "" || m.Header.MsgType == "" || !json.Valid(m.Content) {
			t.Errorf("accepted %+v", m)
		}
		reply, err := kernel.NewMessage(kernel.NewHeader("s", "u", "r"), m.Header, m.Content)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := testCodec.Encode(reply); err != nil {
			t.Errorf("cannot answer: %v", err)
		}
	})
}
