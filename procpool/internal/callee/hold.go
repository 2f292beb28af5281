package callee

import "github.com/parago/parago/procpool/internal/task"

// Hold keeps in memory what goes along with the function, until as many calls of drop.
func (t *Callee) Hold() { t.bulks((*task.Bulk).Hold) }

// Drop gives it back: a call is over that was to be told of it.
func (t *Callee) Drop() { t.bulks((*task.Bulk).Drop) }

// bulks calls f for all that goes along with the function.
func (t *Callee) bulks(f func(*task.Bulk)) {
	if t.Def != nil {
		f(t.Def)
	}
	for _, u := range t.Units {
		if u.Content != nil {
			f(u.Content.Bulk)
		}
	}
}

// renew holds what goes along with the function for one more call, for which it has been found anew
// with the same contents.
func (t *Callee) renew(anew *Callee) *Callee {
	if t.Def != nil {
		t.Def.Hold()
	}
	for i, u := range t.Units {
		if u.Content != nil {
			u.Content.Bulk.Take(anew.Units[i].Content.Bulk)
		}
	}
	return t
}

// Kept is the handles in what goes along with the function, which is held.
func (t *Callee) Kept() (all task.Kept) {
	t.bulks(func(b *task.Bulk) { all = append(all, b.Kept()...) })
	return all
}
