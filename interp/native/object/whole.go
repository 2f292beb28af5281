package object

import (
	"go/token"
	"slices"
	"strings"
)

// Whole returns those of the definitions in archives that refer to nothing that is missing,
// however far away. Modules have functions that call what their authors do not have for this
// machine; nobody calls these, and a plugin that had to keep them could not be linked. What
// is not in the archives may be elsewhere, which has knows.
func Whole(defs []Ref, archives []string, has func(Ref) bool) ([]Ref, error) {
	g := graph{named: map[Ref]int{}, wanted: map[Ref][]int{}}
	for _, file := range archives {
		objects, err := openObjects(file)
		if err != nil {
			return nil, err
		}
		for _, o := range objects {
			g.add(o)
		}
	}
	broken := g.broken(has)
	return slices.DeleteFunc(slices.Clone(defs), func(d Ref) bool {
		node, ok := g.named[d]
		return ok && broken[node]
	}), nil
}

// A graph says which definitions are referred to by which. They have numbers.
type graph struct {
	users  [][]int       // by number of what is used
	named  map[Ref]int   // those that have a name
	wanted map[Ref][]int // those that use a name which may be another object's
}

// add adds an object's definitions.
func (g *graph) add(o *goObject) {
	first := len(g.users)
	defs := o.definitions()
	g.users = append(g.users, make([][]int, len(defs))...)
	for i, def := range defs {
		r := Ref{o.name(def), abi(def)}
		if _, twice := g.named[r]; !twice && r.ABI != abiStatic {
			g.named[r] = first + i
		}
		for target := range o.targets(i) {
			switch {
			case target.number >= 0 && hides(r.Name, o.name(target.symbol), target.symbol):
			case target.number >= 0:
				g.users[first+target.number] = append(g.users[first+target.number], first+i)
			case target.symbol != nil:
				r := Ref{o.name(target.symbol), abi(target.symbol)}
				g.wanted[r] = append(g.wanted[r], first+i)
			}
		}
	}
}

// hides reports whether a definition is a type and another a method of it that is not exported:
// a program has it only if somebody calls it.
func hides(def, name string, symbol []byte) bool {
	return strings.HasPrefix(def, "type:") && isText(symbol) && !token.IsExported(name[strings.LastIndexByte(name, '.')+1:])
}

// broken are the definitions that refer to what nobody has.
func (g *graph) broken(has func(Ref) bool) map[int]bool {
	broken := map[int]bool{}
	var todo []int
	mark := func(users []int) {
		for _, user := range users {
			if !broken[user] {
				broken[user] = true
				todo = append(todo, user)
			}
		}
	}
	for r, users := range g.wanted {
		if node, ok := g.named[r]; ok {
			g.users[node] = append(g.users[node], users...)
		} else if packageOf(r.Name) != "" && !has(r) {
			mark(users)
		}
	}
	for len(todo) > 0 {
		node := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		mark(g.users[node])
	}
	return broken
}
