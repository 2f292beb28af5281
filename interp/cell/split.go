package cell

import (
	"fmt"
	"go/scanner"
	"go/token"
	"strings"
)

// kind says what an item of the top level is.
type kind int

const (
	stmtItem kind = iota
	packageItem
	importItem
	declItem
)

// An item is a piece of the source between two semicolons, written or implied, that
// stand outside of brackets. The parts of a for header are items of their own: as
// statements are parsed together, that does no harm.
type item struct {
	kind       kind
	start, end int  // offsets; the semicolon, if there is one, is inside
	semicolon  bool // ended by a semicolon that the user wrote
}

// A problem is something wrong at an offset.
type problem struct {
	offset int
	msg    string
}

// A lexeme is a token with its place in the source.
type lexeme struct {
	tok    token.Token
	lit    string
	offset int
}

func (l lexeme) implied() bool { return l.tok == token.SEMICOLON && l.lit != ";" }

func (l lexeme) end() int {
	switch {
	case l.implied():
		return l.offset
	case l.lit != "":
		return l.offset + len(l.lit)
	}
	return l.offset + len(l.tok.String())
}

// scan returns the tokens of src, comments and the final EOF left out, and the
// scanner's own errors.
func scan(src string) (out []lexeme, problems []problem) {
	file := token.NewFileSet().AddFile("", -1, len(src))
	var s scanner.Scanner
	s.Init(file, []byte(src), func(at token.Position, msg string) {
		problems = append(problems, problem{at.Offset, msg})
	}, 0)
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return out, problems
		}
		out = append(out, lexeme{tok, lit, file.Offset(pos)})
	}
}

// split cuts src into items and says what is wrong with its tokens and brackets.
func split(src string) (items []item, problems []problem) {
	toks, problems := scan(src)
	var open brackets
	start := 0
	for i, t := range toks {
		if msg := open.take(t); msg != "" {
			problems = append(problems, problem{t.offset, msg})
		}
		if len(open) > 0 || t.tok != token.SEMICOLON {
			continue
		}
		items = append(items, newItem(toks[start:i], t))
		start = i + 1
	}
	if start < len(toks) {
		last := toks[len(toks)-1]
		items = append(items, newItem(toks[start:], lexeme{token.SEMICOLON, "\n", min(last.end(), len(src))}))
	}
	if len(open) > 0 {
		problems = append(problems, problem{len(src), fmt.Sprintf("expected '%s', found 'EOF'", open.closer())})
	}
	return items, problems
}

// newItem is the item of some tokens and the semicolon behind them.
func newItem(toks []lexeme, semi lexeme) item {
	it := item{start: semi.offset, end: semi.end(), semicolon: !semi.implied()}
	if len(toks) == 0 {
		return it
	}
	it.start, it.kind = toks[0].offset, kindOf(toks)
	return it
}

func kindOf(toks []lexeme) kind {
	switch toks[0].tok {
	case token.PACKAGE:
		return packageItem
	case token.IMPORT:
		return importItem
	case token.TYPE, token.CONST:
		return declItem
	case token.FUNC:
		if declares(toks[1:]) {
			return declItem
		}
	}
	return stmtItem
}

// declares tells a function's declaration from a literal, by what follows func:
// a name, or a receiver in parentheses and then a name with parameters. Brackets behind that
// name are a method's type parameters if parameters follow, and type arguments of a
// literal's result otherwise.
func declares(toks []lexeme) bool {
	if len(toks) == 0 {
		return false
	}
	if toks[0].tok != token.LPAREN {
		return toks[0].tok == token.IDENT
	}
	rest := behind(toks, token.LPAREN, token.RPAREN)
	if len(rest) < 2 || rest[0].tok != token.IDENT {
		return false
	}
	rest = rest[1:]
	if rest[0].tok == token.LBRACK {
		rest = behind(rest, token.LBRACK, token.RBRACK)
	}
	return len(rest) > 0 && rest[0].tok == token.LPAREN
}

// behind is what follows the bracket that closes the first of toks.
func behind(toks []lexeme, opener, closer token.Token) []lexeme {
	depth := 0
	for i, t := range toks {
		switch t.tok {
		case opener:
			depth++
		case closer:
			depth--
		}
		if depth == 0 {
			return toks[i+1:]
		}
	}
	return nil
}

// brackets are those that are open, innermost last.
type brackets []lexeme

var closes = map[token.Token]token.Token{token.RPAREN: token.LPAREN, token.RBRACK: token.LBRACK, token.RBRACE: token.LBRACE}

// closer is what closes the innermost bracket.
func (b brackets) closer() token.Token {
	for closer, opener := range closes {
		if opener == b[len(b)-1].tok {
			return closer
		}
	}
	return token.ILLEGAL
}

// take looks at one token and says what is wrong with it, if it closes what is not open.
func (b *brackets) take(t lexeme) string {
	switch t.tok {
	case token.LPAREN, token.LBRACK, token.LBRACE:
		*b = append(*b, t)
		return ""
	case token.RPAREN, token.RBRACK, token.RBRACE:
	default:
		return ""
	}
	if len(*b) == 0 {
		return fmt.Sprintf("unexpected %s", t.tok)
	}
	top := (*b)[len(*b)-1]
	*b = (*b)[:len(*b)-1]
	if top.tok != closes[t.tok] {
		return fmt.Sprintf("unexpected %s, the open bracket is %s", t.tok, top.tok)
	}
	return ""
}

// keep returns src with all but the items of one kind blanked. Comments stay, so
// that declarations keep theirs, but for those on the line of a blanked item.
func keep(src string, items []item, kind kind) string {
	out := []byte(src)
	for _, it := range items {
		if it.kind == kind {
			continue
		}
		end := it.end
		if i := strings.IndexByte(src[end:], '\n'); i >= 0 && onlyComment(src[end:end+i]) {
			end += i
		}
		start := it.start
		line := strings.LastIndexByte(src[:start], '\n') + 1
		if before := strings.TrimSpace(src[line:start]); strings.HasPrefix(before, "/*") && strings.HasSuffix(before, "*/") {
			start = line
		}
		blank(out[start:end])
	}
	return muteLineDirectives(string(out))
}

// onlyComment reports whether the rest of a line is one line comment.
func onlyComment(rest string) bool { return strings.HasPrefix(strings.TrimSpace(rest), "//") }

func blank(b []byte) {
	for i, c := range b {
		if c != '\n' {
			b[i] = ' '
		}
	}
}

// muteLineDirectives keeps comments of the user's from changing positions.
func muteLineDirectives(src string) string {
	if !strings.Contains(src, "line ") {
		return src
	}
	src = strings.ReplaceAll(src, "\n//line ", "\n// ine ")
	src = strings.ReplaceAll(src, "/*line ", "/* ine ")
	if strings.HasPrefix(src, "//line ") {
		src = "// ine " + src[len("//line "):]
	}
	return src
}
