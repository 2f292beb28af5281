package check

import (
	"fmt"
	"go/token"
	"go/types"
	"regexp"
	"sort"
	"strings"
)

// maxErrors is how many errors of a cell are shown.
const maxErrors = 10

// errors are those of a build that are the cell's, each said once: the type checker looks at some
// expressions twice, and complains of an unknown name wherever it stands.
func (p *plan) errors(b *build) Errors {
	var out Errors
	said := map[string]bool{}
	for _, e := range b.errs {
		if !p.inCell(e) && strings.HasPrefix(e.Msg, "could not import ") {
			out = append(out, &Error{Msg: e.Msg}) // of a package that we import
			continue
		}
		if !p.inCell(e) || p.tolerated(e) {
			continue
		}
		pos := p.cell.Fset.Position(e.Pos)
		if more, ok := strings.CutPrefix(e.Msg, "\t"); ok { // goes on about the one before
			if len(out) > 0 {
				out[len(out)-1].Msg += "\n\t" + b.words(more) + " at " + pos.String()
			}
			continue
		}
		pos.Offset = offset(p.cell.Source, pos)
		msg := b.words(e.Msg)
		key := msg
		if !strings.HasPrefix(msg, "undefined: ") {
			key += pos.String()
		}
		if said[key] {
			continue
		}
		said[key] = true
		out = append(out, &Error{Pos: pos, Msg: msg, Hint: p.hint(msg)})
	}
	sort.SliceStable(out, func(i, j int) bool { return before(out[i].Pos, out[j].Pos) })
	return out[:min(len(out), maxErrors)]
}

func before(a, b token.Position) bool {
	if a.Line != b.Line {
		return a.Line < b.Line
	}
	return a.Column < b.Column
}

// offset is where in the source a position lies.
func offset(src string, pos token.Position) int {
	at := 0
	for range pos.Line - 1 {
		i := strings.IndexByte(src[at:], '\n')
		if i < 0 {
			break
		}
		at += i + 1
	}
	return min(at+pos.Column-1, len(src))
}

// versionedName finds our names of versions in a message.
var versionedName = regexp.MustCompile(`[\pL_][\pL\p{Nd}_]*۰\p{Nd}+`)

// words puts the user's names into a message of go/types.
func (b *build) words(msg string) string {
	msg = strings.ReplaceAll(msg, " (declared at -)", "")
	if !strings.Contains(msg, "۰") {
		return msg
	}
	if strings.HasPrefix(msg, "in call to "+resultFunc) {
		return "cannot use generic function without instantiation"
	}
	return versionedName.ReplaceAllStringFunc(msg, func(name string) string {
		to := b.aliases[name]
		if to == nil && b.world != nil {
			to = b.world.aliases[name]
		}
		switch t := to.(type) {
		case *decl:
			return fmt.Sprintf("%s (of In[%d])", t.key, t.n)
		case *variable:
			return fmt.Sprintf("%s (of In[%d])", t.key, t.n)
		}
		return name
	})
}

// hint says what an unknown name, or a habit, may have been meant for.
func (p *plan) hint(msg string) string {
	if h := habitHint(msg); h != "" {
		return h
	}
	name, ok := strings.CutPrefix(msg, "undefined: ")
	if !ok {
		return ""
	}
	if i := strings.IndexByte(name, '.'); i >= 0 {
		return p.memberHint(name[:i], name[i+1:])
	}
	var known []string
	known = append(known, p.s.view.keys()...)
	known = append(known, sortedKeys(p.names)...)
	known = append(known, sortedKeys(p.env.names)...)
	for _, d := range p.own {
		if d.recv == "" {
			known = append(known, d.key)
		}
	}
	known = append(known, types.Universe.Names()...)
	return didYouMean(nearest(name, known))
}

// memberHint is the hint for a name that a package does not have.
func (p *plan) memberHint(pkgName, name string) string {
	im, ok := p.env.names[pkgName]
	if !ok {
		return ""
	}
	pkg, err := p.s.lib.Import(im.path)
	if err != nil {
		return ""
	}
	var exported []string
	for _, n := range pkg.Scope().Names() {
		if token.IsExported(n) {
			exported = append(exported, n)
		}
	}
	if like := nearest(name, exported); like != "" {
		return didYouMean(pkgName + "." + like)
	}
	return ""
}

func didYouMean(name string) string {
	if name == "" {
		return ""
	}
	return "did you mean " + name + "?"
}

// nearest returns the known name that a mistyped one is most like, or "".
func nearest(name string, known []string) string {
	best, least := "", 1+min(2, len(name)/3)
	for _, k := range known {
		if strings.EqualFold(k, name) && k != name {
			return k
		}
		if d := distance(name, k, least); d < least && k != name {
			best, least = k, d
		}
	}
	return best
}

// distance counts the letters to insert, delete, replace or swap to get from a to b.
// It gives up at a limit.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) >= limit || len(y)-len(x) >= limit {
		return limit
	}
	rows := [3][]int{}
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
	}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := range x {
		older, old, row := rows[i%3], rows[(i+1)%3], rows[(i+2)%3]
		row[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			row[j+1] = min(old[j]+cost, old[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], older[j-1]+1)
			}
		}
	}
	return rows[(len(x)+1)%3][len(y)]
}
