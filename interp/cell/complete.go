package cell

import (
	"errors"
	"go/token"
	"strings"
)

// Completeness says whether src can run as it is ("complete"), goes on in a further
// line ("incomplete", with the indentation of that line), or cannot become right by
// more lines ("invalid"). It never panics.
func Completeness(src string) (status, indent string) {
	toks, problems := scan(src)
	if len(problems) > 0 {
		if !unended[problems[0].msg] {
			return "invalid", ""
		}
		return "incomplete", ""
	}
	var open brackets
	for _, t := range toks {
		if open.take(t) != "" {
			return "invalid", ""
		}
	}
	switch {
	case len(toks) == 0:
		return "complete", ""
	case len(open) > 0:
		return "incomplete", strings.Repeat("\t", openLines(src, open))
	}
	last := toks[len(toks)-1]
	switch {
	case last.tok == token.SEMICOLON:
		return parseStatus(src)
	case wrongAt(src, last):
		return "invalid", ""
	case last.tok == token.COLON || last.tok.IsKeyword():
		return "incomplete", ""
	}
	return "incomplete", "\t"
}

// wrongAt says whether the last token, after which the text goes on, or one before it
// cannot stand where it does, as in "func func".
func wrongAt(src string, last lexeme) bool {
	_, err := Parse(0, src)
	var e *Error
	return errors.As(err, &e) && e.Pos.Offset <= last.offset
}

// unended are the scanner's words for what further lines can end.
var unended = map[string]bool{"raw string literal not terminated": true, "comment not terminated": true}

// openLines counts the lines on which a bracket opens that is not closed.
func openLines(src string, open brackets) int {
	n, last := 0, -1
	for _, b := range open {
		line := strings.Count(src[:b.offset], "\n")
		if line != last {
			n, last = n+1, line
		}
	}
	return n
}

// parseStatus judges a text whose brackets are closed. What goes wrong at its very
// end, such as a missing body, may come in the next line.
func parseStatus(src string) (status, indent string) {
	_, err := Parse(0, src)
	var e *Error
	if !errors.As(err, &e) {
		return "complete", ""
	}
	end := len(strings.TrimRight(src, " \t\r\n"))
	if e.Pos.Offset >= end && !strings.HasSuffix(src[:end], ";") {
		return "incomplete", ""
	}
	return "invalid", ""
}
