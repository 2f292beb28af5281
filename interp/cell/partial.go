package cell

import (
	"go/token"
	"strings"
)

// ParsePartial parses as much as it can of a text that is still being written.
// It never fails: what cannot be parsed is missing in the Cell or stands there as a
// bad node of go/ast.
func ParsePartial(n int, src string) *Cell {
	src = Plain(src)
	c := &Cell{N: n, Source: src, Fset: token.NewFileSet()}
	c.Fset.AddFile("", base(n, src), 0)
	items, _ := split(src)
	p := &parsing{cell: c, items: items, partial: true}
	p.imports()
	p.decls()
	p.stmts()
	return c
}

// Closers is what may follow src so that it becomes a text whose brackets are
// closed, and whose last statement has a body if it needs one. It reports false if
// src ends inside of a string or a comment.
func Closers(src string) (string, bool) {
	const mark = "x"
	toks, problems := scan(src + mark)
	if len(problems) > 0 || len(toks) == 0 {
		return "", false
	}
	last := toks[len(toks)-1]
	if last.implied() && len(toks) > 1 {
		last = toks[len(toks)-2]
	}
	if last.end() != len(src)+len(mark) || last.tok == token.STRING || last.tok == token.CHAR {
		return "", false
	}
	var open brackets
	var heads []token.Token // of the statements that the brackets stand in
	head := token.ILLEGAL
	for _, t := range toks[:len(toks)-1] {
		depth := len(open)
		open.take(t)
		switch {
		case len(open) > depth:
			heads = append(heads, head)
			head = token.ILLEGAL
		case len(open) < depth:
			head, heads = heads[len(heads)-1], heads[:len(heads)-1]
			if t.tok == token.RBRACE {
				head = token.ILLEGAL
			}
		case t.tok == token.SEMICOLON && (!hasBody[head] || t.implied()):
			head = token.ILLEGAL
		case hasBody[t.tok], t.tok == token.GO, t.tok == token.DEFER:
			head = t.tok
		}
	}
	return closeAll(open, heads, head), true
}

// hasBody are the keywords of statements that end in a block.
var hasBody = map[token.Token]bool{token.IF: true, token.FOR: true, token.SWITCH: true, token.SELECT: true}

func closeAll(open brackets, heads []token.Token, head token.Token) string {
	var out strings.Builder
	for i := len(open) - 1; ; i-- {
		if hasBody[head] {
			out.WriteString(" {}")
		}
		if i < 0 {
			return out.String()
		}
		switch open[i].tok {
		case token.LPAREN:
			out.WriteString(")")
		case token.LBRACK:
			out.WriteString("]")
		case token.LBRACE:
			out.WriteString("}")
		}
		head = heads[i]
		if open[i].tok == token.LBRACE && (head == token.GO || head == token.DEFER) {
			out.WriteString("()") // of a function literal
		}
		if open[i].tok == token.LBRACE {
			head = token.ILLEGAL // the brace is its body
		}
	}
}
