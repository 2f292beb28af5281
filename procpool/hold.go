package procpool

import "github.com/parago/parago/procpool/internal/task"

// hold keeps in memory what goes along with the function, until as many calls of drop.
func (t *target) hold() { t.bulks((*task.Bulk).Hold) }

// drop gives it back: a call is over that was to be told of it.
func (t *target) drop() { t.bulks((*task.Bulk).Drop) }

// bulks calls f for all that goes along with the function.
func (t *target) bulks(f func(*task.Bulk)) {
	if t.def != nil {
		f(t.def)
	}
	for _, u := range t.units {
		if u.Content != nil {
			f(u.Content.Bulk)
		}
	}
}

// renew holds what goes along with the function for one more call, for which it has been found anew
// with the same contents.
func (t *target) renew(anew *target) *target {
	if t.def != nil {
		t.def.Hold()
	}
	for i, u := range t.units {
		if u.Content != nil {
			u.Content.Bulk.Take(anew.units[i].Content.Bulk)
		}
	}
	return t
}

// kept is the handles in what goes along with the function, which is held.
func (t *target) kept() (all kept) {
	t.bulks(func(b *task.Bulk) { all = append(all, b.Kept()...) })
	return all
}
