package kernel

import (
	"go/scanner"
	"go/token"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A part of a cell is Go code or one magic.
type part struct {
	line   int    // of the cell, 1-based, where a magic stands
	source string // Go code, with empty lines in front so that its lines keep their numbers
	name   string // of a magic: "%cd", "%%bash", "!", "?"; "" for Go code
	args   string
	body   string // of a cell magic
	tests  string // the Go code of the cell, for %test

	from, to int // bytes of the cell that a magic takes
	argsAt   int // where its arguments begin
}

// split takes a cell apart into parts that are run in order. A magic is a line that
// begins, where a Go statement could begin outside all brackets, with % or !, also after
// //gonb:, and
// what follows a line that begins with %% at the top of the cell; and there a line
// that asks about a name, as name? does. In strings, in comments and in the middle
// of an expression, % and ! are Go's. (A cell that ends in an expression of the
// form !x has to write it as (!x).)
func split(cell string) []part {
	cell = uncommented(cell)
	if p, ok := cellMagic(cell); ok {
		return []part{p}
	}
	var parts []part
	begin, line := 0, 1
	for {
		at := nextMagic(cell[begin:])
		if at < 0 {
			return appendCode(parts, cell[begin:], line)
		}
		parts = appendCode(parts, cell[begin:begin+at], line)
		line += strings.Count(cell[begin:begin+at], "\n")
		p := lineMagic(cell, begin+at)
		p.line = line
		parts = append(parts, p)
		line += strings.Count(cell[p.from:p.to], "\n")
		begin = p.to
	}
}

// commented is the beginning of a line with a magic that is a comment to Go's own tools.
var commented = regexp.MustCompile(`(?m)^[ \t]*//gonb:[%!]`)

// uncommented is the cell with spaces in the place of what makes magics comments.
func uncommented(cell string) string {
	return commented.ReplaceAllStringFunc(cell, func(s string) string {
		return strings.Repeat(" ", len(s)-1) + s[len(s)-1:]
	})
}

// cellMagic is the magic that a cell is, if it is one.
func cellMagic(cell string) (part, bool) {
	trimmed := strings.TrimLeft(cell, " \t\r\n")
	if !strings.HasPrefix(trimmed, "%%") {
		return part{}, false
	}
	from := len(cell) - len(trimmed)
	first, body, _ := strings.Cut(trimmed, "\n")
	name, args := nameAndArgs(first)
	if name == "?" || name == "%%" {
		return part{}, false
	}
	return part{
		line: 1 + strings.Count(cell[:from], "\n"), name: name, args: args, body: body, from: from, to: len(cell),
		argsAt: from + len(strings.TrimSpace(first)) - len(args),
	}, true
}

func appendCode(parts []part, source string, line int) []part {
	if strings.TrimSpace(source) == "" {
		return parts
	}
	return append(parts, part{line: line, source: strings.Repeat("\n", line-1) + source})
}

// lineMagic is the magic that begins at from. A shell command goes on after a
// backslash at the end of its line.
func lineMagic(cell string, from int) part {
	to := lineEnd(cell, from)
	for cell[from] == '!' && strings.HasSuffix(strings.TrimRight(cell[from:to], "\r\n"), `\`) && to < len(cell) {
		to = lineEnd(cell, to)
	}
	name, args := nameAndArgs(cell[from:to])
	return part{name: name, args: args, from: from, to: to, argsAt: from + len(strings.TrimRightFunc(cell[from:to], unicode.IsSpace)) - len(args)}
}

// lineEnd returns the index behind the line that at is in.
func lineEnd(cell string, at int) int {
	if n := strings.IndexByte(cell[at:], '\n'); n >= 0 {
		return at + n + 1
	}
	return len(cell)
}

func nameAndArgs(line string) (name, args string) {
	line = strings.TrimSpace(line)
	if args, ok := askedName(line); ok {
		return "?", args
	}
	for _, shell := range []string{"!*", "!"} {
		if command, ok := strings.CutPrefix(line, shell); ok {
			return shell, strings.TrimSpace(command)
		}
	}
	if i := strings.IndexAny(line, " \t"); i >= 0 {
		return line[:i], strings.TrimSpace(line[i:])
	}
	return line, ""
}

// nextMagic returns the index of the first line of src that begins with a magic, -1
// if there is none. Go's own scanner tells what is text and where statements end.
func nextMagic(src string) int {
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(src))
	s.Init(file, []byte(src), func(token.Position, string) {}, 0)
	depth, statement := 0, true
	for {
		pos, tok, _ := s.Scan()
		if at := file.Offset(pos); statement && depth == 0 && isMagic(tok, src[at:]) && beginsLine(src, at) {
			return at
		}
		switch tok {
		case token.EOF:
			return -1
		case token.LPAREN, token.LBRACK, token.LBRACE:
			depth++
		case token.RPAREN, token.RBRACK, token.RBRACE:
			depth = max(depth-1, 0)
		}
		statement = tok == token.SEMICOLON
	}
}

// isMagic reports whether what begins with the token tok is a magic, if it stands
// where one may.
func isMagic(tok token.Token, src string) bool {
	if tok == token.REM || tok == token.NOT {
		return true
	}
	line, _, _ := strings.Cut(src, "\n")
	_, ok := askedName(line)
	return ok
}

func beginsLine(src string, at int) bool {
	before := src[:at]
	return strings.TrimSpace(before[strings.LastIndexByte(before, '\n')+1:]) == ""
}

// withoutMagics is the cell with its magics blanked but for the Go in them, and the marks
// behind a name of Go: every other character stays where it was. Magics are looked up in table.
func withoutMagics(cell string, table map[string]Magic) string {
	var b strings.Builder
	end := 0
	for _, p := range split(cell) {
		if p.name == "" {
			continue
		}
		b.WriteString(cell[end:p.from])
		from := codeFrom(cell, p, table)
		for line := range strings.Lines(cell[p.from:from]) {
			text := strings.TrimSuffix(line, "\n")
			b.WriteString(blank(p, text))
			b.WriteString(line[len(text):])
		}
		end = from
	}
	b.WriteString(cell[end:])
	return b.String()
}

func blank(p part, line string) string {
	if p.name == "?" && !strings.ContainsAny(line, "%!") {
		return strings.ReplaceAll(line, "?", " ")
	}
	return strings.Repeat(" ", utf8.RuneCountInString(line))
}

// codeFrom is where the Go in a magic begins, or else its end.
func codeFrom(cell string, p part, table map[string]Magic) int {
	switch {
	case !table[p.name].Go:
		return p.to
	case strings.HasPrefix(p.name, "%%"):
		return p.to - len(p.body)
	}
	_, code := cutOptions(p.args)
	return p.argsAt + len(p.args) - len(code)
}

// options are those of %timeit, which stand before its code.
var options = regexp.MustCompile(`^(?:-[nr]\s*\d+(?:\s+|$))*`)

// cutOptions cuts options off the arguments of a magic.
func cutOptions(args string) (opts, rest string) {
	n := len(options.FindString(args))
	return args[:n], args[n:]
}
