package zmtp

import (
	"net"
	"strings"
	"testing"
	"time"
)

// FuzzHandshake lets arbitrary bytes follow a greeting, and arbitrary bytes
// be one. No input may panic, hang, or leave an identity that is not one.
func FuzzHandshake(f *testing.F) {
	ready := "\x04\x27\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER\x08Identity\x00\x00\x00\x02me"
	for _, seed := range []string{
		"", greeting("NULL"), greeting("NULL") + ready, greeting("PLAIN") + ready,
		greeting("NULL") + "\x04\x12\x05READY\x0bSocket-Type\x00",
		greeting("NULL") + "\x04\x0c\x05READY\xffSocke",
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
