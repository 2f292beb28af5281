package screen

import (
	"bytes"
	"sync"
	"unicode/utf8"
)

// maxLine is how long a line may get before a part of it is handed over.
const maxLine = 64 << 10

// A linePrinter hands over whole lines.
type linePrinter struct {
	screen *Screen
	origin string
	prefix string

	mu      sync.Mutex
	streams [2]lineStream // guarded by mu
}

// A lineStream is standard output or error.
type lineStream struct {
	rest    []byte // of the last line
	midline bool   // the begin of that line was handed over: it was too long
}

func (l *linePrinter) Write(stderr bool, data []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.stream(stderr)
	s.rest = append(s.rest, data...)
	n := lastEnd(s.rest)
	if n == 0 && len(s.rest) > maxLine {
		n = wholeRunes(s.rest)
	}
	l.hand(stderr, s.rest[:n])
	s.rest = append(s.rest[:0], s.rest[n:]...)
}

func (l *linePrinter) stream(stderr bool) *lineStream {
	if stderr {
		return &l.streams[1]
	}
	return &l.streams[0]
}

// hand hands over lines, or a part of one. mu is held.
func (l *linePrinter) hand(stderr bool, text []byte) {
	if len(text) == 0 {
		return
	}
	s := l.stream(stderr)
	out := text
	if l.prefix != "" {
		out = nil
		for len(text) > 0 {
			n := firstEnd(text)
			// \r at the start of a line goes back over nothing.
			if !s.midline && text[0] != '\r' {
				out = append(out, l.prefix...)
			}
			out = append(out, text[:n]...)
			s.midline = !ends(text[:n])
			text = text[n:]
		}
	} else {
		s.midline = !ends(text)
	}
	l.screen.Write(l.origin, stderr, out)
}

// pause ends lines that a task has left.
func (l *linePrinter) Pause() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.streams {
		s := &l.streams[i]
		if len(s.rest) > 0 || s.midline {
			l.hand(i == 1, append(s.rest, '\n'))
			s.rest = s.rest[:0]
		}
	}
}

func (l *linePrinter) End() { l.Pause() }

// lastEnd is where the last whole line of text ends. A \r at the very end may be the
// begin of \r\n.
func lastEnd(text []byte) int {
	n := bytes.LastIndexAny(text, "\n\r")
	if n >= 0 && text[n] == '\r' && n == len(text)-1 {
		n = bytes.LastIndexAny(text[:n], "\n\r")
	}
	return n + 1
}

// firstEnd is where the first line of text ends.
func firstEnd(text []byte) int {
	n := bytes.IndexAny(text, "\n\r")
	switch {
	case n < 0:
		return len(text)
	case text[n] == '\r' && n+1 < len(text) && text[n+1] == '\n':
		return n + 2
	}
	return n + 1
}

func ends(line []byte) bool {
	return line[len(line)-1] == '\n' || line[len(line)-1] == '\r'
}

// wholeRunes is how much of text can be cut off without splitting a character.
func wholeRunes(text []byte) int {
	for n := len(text) - 1; n >= 0 && n > len(text)-utf8.UTFMax; n-- {
		if utf8.RuneStart(text[n]) {
			if !utf8.FullRune(text[n:]) {
				return n
			}
			break
		}
	}
	return len(text)
}
