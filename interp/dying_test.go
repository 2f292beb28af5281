package interp

import "testing"

func TestLastWords(t *testing.T) {
	for _, c := range []struct {
		name   string
		chunks []string
		shown  string // at once
		held   string
		reason string
	}{
		{"ordinary text", []string{"a\n", "b"}, "a\nb", "", ""},
		{"a report in pieces", []string{"x\n", "fatal error: ", "all is lost", "\n\n", "goroutine 1"}, "x\n", "fatal error: all is lost\n\ngoroutine 1", "fatal error: all is lost"},
		{"the reason is not the first line", []string{"runtime: sp=1\nfatal error: stack overflow\n\nmore"}, "", "runtime: sp=1\nfatal error: stack overflow\n\nmore", "fatal error: stack overflow"},
		{"in the middle of a line", []string{"no ", "panic: here\n"}, "no panic: here\n", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var l lastWords
			shown := ""
			for _, chunk := range c.chunks {
				shown += string(l.take([]byte(chunk)))
			}
			if shown != c.shown {
				t.Errorf("shown %q, want %q", shown, c.shown)
			}
			if got := l.reason(); got != c.reason {
				t.Errorf("reason %q, want %q", got, c.reason)
			}
			if got := string(l.release()); got != c.held {
				t.Errorf("held %q, want %q", got, c.held)
			}
		})
	}
}
