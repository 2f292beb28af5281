package kernel

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/parago/parago/interp"
)

// helpLine is a line that asks about a name, as in IPython: ?name, name?, or with
// two marks for more. Go has no such operator. Only names are taken: an expression
// with a mark behind is a mistake, which Go's own error explains.
var helpLine = regexp.MustCompile(`^(\?{0,2})(%{0,2}[\pL_][\pL\pN_]*(?:\.[\pL_][\pL\pN_]*)*|!|)(\?{0,2})$`)

// askedName returns the name that a line asks about, with the marks behind it, and
// whether it is such a line.
func askedName(line string) (args string, ok bool) {
	m := helpLine.FindStringSubmatch(strings.TrimSpace(line))
	if m == nil || m[1] == "" && m[3] == "" || m[1] != "" && m[3] != "" {
		return "", false
	}
	return m[2] + m[1] + m[3], true
}

func questionMagic() Magic {
	return Magic{Name: "?", Args: "NAME", Help: "say what a name of Go or of a magic is, also NAME?; with ?? in more detail", Run: runQuestion}
}

// runQuestion puts the answer on the front-end's page.
func runQuestion(ctx context.Context, c *MagicCall) error {
	name := strings.TrimRight(c.Args, "?")
	detail := len(c.Args) - len(name) - 1
	answer, err := c.k.describe(ctx, name, detail)
	if err == nil {
		c.k.page.add(answer)
	}
	return err
}

// describe says what a name is.
func (k *Kernel) describe(ctx context.Context, name string, detail int) (interp.Bundle, error) {
	switch {
	case name == "":
		return interp.Bundle{"text/plain": k.usages()}, nil
	case strings.HasPrefix(name, "%") || name == "!":
		if m, ok := k.magics[name]; ok {
			return interp.Bundle{"text/plain": m.usage()}, nil
		}
		return interp.Bundle{"text/plain": fmt.Sprintf("there is no magic %s; there are %s", name, strings.Join(k.magicNames(), " "))}, nil
	}
	e, err := k.session.get(ctx)
	if err != nil {
		return nil, err
	}
	if answer, found := e.Inspect(name, utf8.RuneCountInString(name), detail); found {
		return answer, nil
	}
	return interp.Bundle{"text/plain": fmt.Sprintf("nothing is known by the name %s", name)}, nil
}

// A page is what a cell asks the front-end to show beside it. Front-ends show one.
type page interp.Bundle

// add puts what it is told below what is there, in the forms that all of it has.
func (p *page) add(more interp.Bundle) {
	if *p == nil {
		*p = page(more)
		return
	}
	both := page{}
	for media, text := range *p {
		above, isText := text.(string)
		below, areTexts := more[media].(string)
		if isText && areTexts {
			both[media] = above + "\n\n" + below
		}
	}
	*p = both
}

// payload is what the execute_reply says of the page.
func (p page) payload() []any {
	if p == nil {
		return []any{}
	}
	return []any{PagePayload{Source: "page", Data: interp.Bundle(p)}}
}
