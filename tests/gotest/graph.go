package gotest

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// A node is a declaration that cannot be cut further: a function, a type with its methods,
// a group of constants, a line of variables.
type node struct {
	decls   []ast.Node
	texts   []string       // of decls
	objects []types.Object // that it declares
	needs   []*node
	turn    int // among the variables' initialisations; 0 if it has none

	number, low int // Tarjan's: in order of visits, from 1, and the lowest that it reaches
	grouped     bool
}

func newNode(decl ast.Node, text string, objects ...types.Object) *node {
	return &node{decls: []ast.Node{decl}, texts: []string{text}, objects: objects}
}

func (n *node) is(name string) bool {
	fn, ok := n.objects[0].(*types.Func)
	return ok && fn.Name() == name
}

// connect finds what nodes need, and puts them in the order in which they may come first:
// variables as Go initialises them, the rest as it stands, then init functions and main.
func connect(nodes []*node, info *types.Info) []*node {
	owner := map[types.Object]*node{}
	for _, n := range nodes {
		for _, obj := range n.objects {
			owner[obj] = n
		}
	}
	for turn, init := range info.InitOrder {
		owner[init.Lhs[0]].turn = turn + 1
	}
	for _, n := range nodes {
		n.mention(owner, info)
	}
	for _, n := range nodes {
		if n.is("main") {
			n.needs = append(n.needs, reaching(n, nodes)...) // main comes last, in one group with these
		}
	}
	slices.SortStableFunc(nodes, func(a, b *node) int { return a.rank() - b.rank() })
	return nodes
}

func (n *node) mention(owner map[types.Object]*node, info *types.Info) {
	for _, d := range n.decls {
		ast.Inspect(d, func(x ast.Node) bool {
			if id, ok := x.(*ast.Ident); ok {
				if m := owner[info.Uses[id]]; m != nil && m != n && !slices.Contains(n.needs, m) {
					n.needs = append(n.needs, m)
				}
			}
			return true
		})
	}
}

func (n *node) rank() int {
	const later = 1 << 30
	switch {
	case n.is("main"):
		return later + 2
	case n.is("init"):
		return later + 1
	case n.turn == 0:
		return later
	}
	return n.turn
}

// reaching lists the other nodes that need n, also through others.
func reaching(n *node, nodes []*node) (all []*node) {
	for grown := true; grown; {
		grown = false
		for _, m := range nodes {
			leads := func(to *node) bool { return to == n || slices.Contains(all, to) }
			if m != n && !slices.Contains(all, m) && slices.ContainsFunc(m.needs, leads) {
				all, grown = append(all, m), true
			}
		}
	}
	return all
}

// groups are the strongly connected components, each after those that it needs
// (Tarjan's algorithm).
func groups(nodes []*node) (all [][]*node) {
	var stack []*node
	count := 0
	var visit func(n *node)
	visit = func(n *node) {
		count++
		n.number, n.low = count, count
		stack = append(stack, n)
		for _, m := range n.needs {
			if m.number == 0 {
				visit(m)
				n.low = min(n.low, m.low)
			} else if !m.grouped {
				n.low = min(n.low, m.number)
			}
		}
		if n.low < n.number {
			return
		}
		at := slices.Index(stack, n)
		group := slices.Clone(stack[at:])
		stack = stack[:at]
		for _, m := range group {
			m.grouped = true
		}
		all = append(all, group)
	}
	for _, n := range nodes {
		if n.number == 0 {
			visit(n)
		}
	}
	return all
}

// cell is the text of a group: variables last, in their turn.
func cell(group []*node) string {
	slices.SortFunc(group, func(a, b *node) int {
		if a.turn != b.turn {
			return a.turn - b.turn
		}
		return int(a.decls[0].Pos() - b.decls[0].Pos())
	})
	var texts []string
	for _, n := range group {
		texts = append(texts, n.texts...)
	}
	return strings.Join(texts, "\n\n")
}
