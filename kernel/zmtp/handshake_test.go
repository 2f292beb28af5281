package zmtp

import (
	"encoding/binary"
	"net"
	"strings"
	"testing"
	"time"
)

// greeting is a ZMTP 3.0 greeting that asks for a security mechanism.
func greeting(mechanism string) string {
	return "\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x03\x00" + mechanism + strings.Repeat("\x00", 52-len(mechanism))
}

// command is a ZMTP command, in the short or the long form.
func command(name, arguments string) string {
	body := string(rune(len(name))) + name + arguments
	if len(body) > 255 {
		return "\x06" + string(binary.BigEndian.AppendUint64(nil, uint64(len(body)))) + body
	}
	return "\x04" + string([]byte{byte(len(body))}) + body
}

// ready is the READY command of a peer.
func ready(typ, identity string) string {
	property := func(name, value string) string {
		return string([]byte{byte(len(name))}) + name + string(binary.BigEndian.AppendUint32(nil, uint32(len(value)))) + value
	}
	return command("READY", property("Socket-Type", typ)+property("Identity", identity))
}

// FuzzHandshake lets arbitrary bytes follow a greeting, and arbitrary bytes
// be one. No input may panic, hang, or leave an identity that is not one.
func FuzzHandshake(f *testing.F) {
	for _, seed := range []string{
		"", greeting("NULL"), greeting("NULL") + ready("DEALER", "me"), greeting("PLAIN") + ready("DEALER", ""),
		greeting("NULL") + command("READY", "\x0bSocket-Type\x00"),
		greeting("NULL") + command("READY", "\xffSocke"),
		greeting("NULL") + "\x06\x00\x00\x01\x00\x00\x00\x00\x00",
		greeting("NULL") + strings.Repeat("\x05\x00", 100),
	} {
		f.Add([]byte(seed))
	}
	o := Options{HandshakeLimit: 10 * time.Second}.withDefaults(Router)
	f.Fuzz(func(t *testing.T, b []byte) {
		here, there := net.Pipe()
		wrote, read := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(read)
			buf := make([]byte, 1024)
			for {
				if _, err := there.Read(buf); err != nil {
					return
				}
			}
		}()
		go func() {
			defer close(wrote)
			there.Write(b)
			there.Close()
		}()
		l, err := openLink(here, Router, o, newBudget(1), nil, true)
		if err == nil && checkIdentity(l.identity) != nil {
			t.Errorf("identity %q", l.identity)
		}
		here.Close()
		<-wrote
		<-read
	})
}
