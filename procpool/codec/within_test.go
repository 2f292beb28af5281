package codec_test

import (
	"container/list"
	"reflect"
	"strings"
	"testing"

	"github.com/parago/parago/procpool/codec"
)

type branch struct {
	Name   string
	parent *branch
	kids   []branch
	pair   [2]leaf
}

type leaf struct {
	next *leaf
	n    int
}

type holder struct {
	N int
	b strings.Builder
	l list.List
}

func TestPointersIntoTheMiddleOfValues(t *testing.T) {
	t.Parallel()
	r := new(codec.Registry)
	l := list.New()
	l.PushBack(1)
	l.PushBack("b")
	got := roundTrip(t, r, l)
	var all []any
	for e := got.Front(); e != nil && len(all) < 5; e = e.Next() {
		all = append(all, e.Value)
	}
	got.PushFront(0)
	if !reflect.DeepEqual(all, []any{1, "b"}) || got.Len() != 3 || got.Back().Next() != nil {
		t.Errorf("a list came back with %v", all)
	}

	h := &holder{}
	h.b.WriteString("ab")
	h.l.PushBack(h)
	back := roundTrip(t, r, any(h)).(*holder)
	back.b.WriteString("c")
	if back.b.String() != "abc" || back.l.Front().Next() != nil || back.l.Front().Value != any(back) {
		t.Errorf("got %q, %v", back.b.String(), back.l.Front())
	}

	root := &branch{Name: "root", kids: []branch{{Name: "a"}, {Name: "b", kids: make([]branch, 1)}}}
	root.kids[0].parent, root.kids[1].parent = root, root
	root.kids[1].kids[0].parent = &root.kids[1]
	root.pair[1].next, root.pair[0].n = &root.pair[0], 3
	tree := roundTrip(t, r, root)
	if tree.kids[0].parent != tree || tree.kids[1].kids[0].parent != &tree.kids[1] || tree.pair[1].next != &tree.pair[0] {
		t.Errorf("a tree has lost its parents")
	}

	// A pointer that comes before what it points into is to a copy.
	first := struct {
		P *leaf
		V [2]leaf
	}{}
	first.P = &first.V[0]
	first.V[0].n = 4
	if out := roundTrip(t, r, &first); out.P.n != 4 || out.V[0].n != 4 {
		t.Errorf("got %+v", out)
	}
}
