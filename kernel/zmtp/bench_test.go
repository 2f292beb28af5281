//go:build unix

package zmtp

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"
)

// jupyter returns the frames of a message as Jupyter shapes them.
func jupyter(size int) [][]byte {
	return [][]byte{
		[]byte("stream"), []byte("<IDS|MSG>"), make([]byte, 64),
		make([]byte, 200), make([]byte, 200), []byte("{}"), make([]byte, size),
	}
}

// BenchmarkPublish measures messages a second from an XPub to one Sub.
func BenchmarkPublish(b *testing.B) {
	for _, size := range []int{50, 1000} {
		b.Run(fmt.Sprintf("%d bytes", size), func(b *testing.B) {
			s := listen(b, XPub, Options{})
			c := dial(b, Sub, s.Addr(), Options{})
			if err := c.Subscribe(within(b), ""); err != nil {
				b.Fatal(err)
			}
			subscribed(b, s, "")
			ctx, frames := within(b), jupyter(size)
			received := make(chan error)
			begin := time.Now()
			b.ResetTimer()
			go func() {
				for range b.N {
					if _, err := c.Recv(ctx); err != nil {
						received <- err
						return
					}
				}
				received <- nil
			}()
			for range b.N {
				if err := s.Send(frames...); err != nil {
					b.Fatal(err)
				}
			}
			if err := <-received; err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/time.Since(begin).Seconds(), "msg/s")
		})
	}
}

// BenchmarkPublishToLibzmq does the same with a libzmq SUB that reads in Python.
func BenchmarkPublishToLibzmq(b *testing.B) {
	s := listen(b, XPub, Options{})
	p := pyzmq(b, "SUB", s.Addr(), "subscribe=")
	subscribed(b, s, "")
	p.tell(fmt.Sprint("count ", b.N))
	begin := time.Now()
	b.ResetTimer()
	body := make([]byte, 1000)
	for i := range b.N {
		if err := s.Send([]byte("stream"), fmt.Append(nil, i), body); err != nil {
			b.Fatal(err)
		}
	}
	if got, want := p.line(), fmt.Sprint(b.N, " in order"); got != want {
		b.Fatal(got)
	}
	b.ReportMetric(float64(b.N)/time.Since(begin).Seconds(), "msg/s")
}

// BenchmarkRoundTrip measures a request and its reply.
func BenchmarkRoundTrip(b *testing.B) {
	for name, endpoint := range map[string]string{
		"tcp": "tcp://127.0.0.1:0",
		"ipc": "ipc://" + filepath.Join(b.TempDir(), "s"),
	} {
		b.Run(name, func(b *testing.B) {
			s := listenAt(b, Router, endpoint, Options{})
			c := dial(b, Dealer, s.Addr(), Options{})
			ctx, frames := within(b), jupyter(50)
			go func() {
				for {
					m, err := s.Recv(ctx)
					if err != nil {
						return
					}
					s.SendTo(m.From, m.Frames...)
				}
			}()
			b.ResetTimer()
			for range b.N {
				if err := c.Send(ctx, frames...); err != nil {
					b.Fatal(err)
				}
				if _, err := c.Recv(ctx); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
