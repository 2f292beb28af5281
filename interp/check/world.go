package check

import (
	"go/types"
)

// A world is the objects that the session's declarations and variables have, over all of
// its cells: a cell is checked against those that it mentions, so that it costs what it is
// long and not what the session is. They are all of one package. An object stays as
// it is as long as what it is made of does; if a type gets a method, it and all that is made
// of it have no object any more, until a cell mentions them, which declares them anew.
type world struct {
	pkg     *types.Package
	objs    map[target]types.Object
	targets targets                    // also of objects that once were, as what was checked with them is kept
	users   map[target]map[target]bool // what an object is made of → what is made of it
	aliases map[string]target          // superseded versions, by the name that they have in messages
}

func newWorld() *world {
	return &world{
		pkg:     types.NewPackage(Path, "main"),
		objs:    map[target]types.Object{},
		targets: targets{own: map[types.Object]target{}},
		users:   map[target]map[target]bool{},
		aliases: map[string]target{},
	}
}

// made are the targets that are made of others, directly or not, and those themselves.
func (w *world) made(of []target) map[target]bool {
	out := map[target]bool{}
	for len(of) > 0 {
		t := of[len(of)-1]
		of = of[:len(of)-1]
		if t == nil || out[t] {
			continue
		}
		out[t] = true
		for user := range w.users[t] {
			of = append(of, user)
		}
	}
	return out
}

// forget says that the objects of targets are not what they would be now.
func (w *world) forget(stale map[target]bool) {
	for t := range stale {
		delete(w.objs, t)
	}
}

// take makes the objects of a build the world's.
func (w *world) take(b *build) {
	w.forget(b.stale)
	for t, obj := range b.objs {
		w.objs[t], w.targets.own[obj] = obj, t
	}
	for name, t := range b.aliases {
		w.aliases[name] = t
	}
}

// uses notes that one target is made of another.
func (w *world) uses(t, of target) {
	if w.users[of] == nil {
		w.users[of] = map[target]bool{}
	}
	w.users[of][t] = true
}

// sweep forgets what nothing leads to any more, and returns the names of the declarations.
func (w *world) sweep(reached map[target]bool) []string {
	gone := map[string]bool{}
	for t := range w.objs {
		if !reached[t] {
			delete(w.objs, t)
		}
	}
	for obj, t := range w.targets.own {
		if !reached[t] {
			delete(w.targets.own, obj)
			if d, ok := t.(*decl); ok {
				gone[d.name] = true
			}
		}
	}
	for of, users := range w.users {
		for t := range users {
			if !reached[t] {
				delete(users, t)
			}
		}
		if !reached[of] || len(users) == 0 {
			delete(w.users, of)
		}
	}
	for name, t := range w.aliases {
		if !reached[t] {
			delete(w.aliases, name)
		}
	}
	return sortedKeys(gone)
}
